namespace CudaKernels;

/// <summary>A reduction as the kernels see it: [outer, length, inner] reduced along the middle.</summary>
/// <param name="Outer">Outputs before the reduced dimension.</param>
/// <param name="Length">Elements per output.</param>
/// <param name="Inner">Outputs behind the reduced dimension; 1 when rows are reduced.</param>
internal readonly record struct ReductionShape(nint Outer, nint Length, nint Inner)
{
    public nint Outputs => Outer * Inner;

    /// <summary>Marks the reduced dimensions; no axes at all means every dimension.</summary>
    public static bool[] Mask(int rank, ReadOnlySpan<int> axes)
    {
        var mask = new bool[rank];
        if (axes.IsEmpty)
        {
            Array.Fill(mask, true);
            return mask;
        }

        foreach (var axis in axes)
        {
            var at = TensorLayout.Axis(axis, rank, nameof(axes));
            if (mask[at])
            {
                throw new ArgumentException($"axis {axis} stands twice among the reduced axes", nameof(axes));
            }

            mask[at] = true;
        }

        return mask;
    }

    /// <summary>The shape of the result, with the reduced dimensions left out or kept with length 1.</summary>
    public static nint[] ResultLengths(ReadOnlySpan<nint> lengths, bool[] mask, bool keepDimensions)
    {
        List<nint> result = [];
        for (var i = 0; i < mask.Length; i++)
        {
            if (!mask[i] || keepDimensions)
            {
                result.Add(mask[i] ? 1 : lengths[i]);
            }
        }

        return [.. result];
    }

    /// <summary>The three lengths, when the reduced dimensions are neighbours (length-1 dimensions do not count).</summary>
    public static bool TryCreate(ReadOnlySpan<nint> lengths, bool[] mask, out ReductionShape shape)
    {
        nint outer = 1, length = 1, inner = 1;
        var stage = 0;
        for (var i = 0; i < mask.Length; i++)
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
