namespace CudaKernels;

/// <summary>A reduction as the kernels see it: [outer, length, inner] reduced along the middle.</summary>
/// <param name="Outer">Outputs before the reduced dimension.</param>
/// <param name="Length">Elements per output.</param>
/// <param name="Inner">Outputs behind the reduced dimension; 1 when rows are reduced.</param>
internal readonly record struct ReductionShape(nint Outer, nint Length, nint Inner)
{
    public nint Outputs => Outer * Inner;

    /// <summary>The three lengths, when the reduced dimensions are neighbours (length-1 dimensions do not count).</summary>
    public static bool TryCreate(ReadOnlySpan<nint> lengths, AxisMask mask, out ReductionShape shape)
    {
        nint outer = 1, length = 1, inner = 1;
        var stage = 0;
        for (var i = 0; i < mask.Rank; i++)
        {
            if (lengths[i] == 1)
            {
                continue;
            }

            if (mask[i])
            {
                if (stage == 2)
                {
                    shape = default;
                    return false;
                }

                stage = 1;
                length *= lengths[i];
            }
            else if (stage == 0)
            {
                outer *= lengths[i];
            }
            else
            {
                stage = 2;
                inner *= lengths[i];
            }
        }

        shape = new ReductionShape(outer, length, inner);
        return true;
    }
}
