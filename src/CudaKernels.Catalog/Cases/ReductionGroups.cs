namespace CudaKernels.Catalog.Cases;

/// <summary>Which elements of a row-major tensor fall into one output of a reduction.</summary>
internal sealed class ReductionGroups(nint[] lengths, int[] axes)
{
    private bool IsReduced(int dimension) => axes.Length == 0 || axes.Contains(dimension);

    public nint[] ResultLengths => [.. lengths.Where((_, i) => !IsReduced(i))];

    /// <summary>The result with the reduced dimensions kept.</summary>
    public nint[] KeptLengths => [.. lengths.Select((length, i) => IsReduced(i) ? 1 : length)];

    /// <summary>Elements per output.</summary>
    public nint Length => lengths.Where((_, i) => IsReduced(i)).Aggregate((nint)1, (product, length) => product * length);

    /// <summary>The elements of each output, in row-major order of the reduced dimensions.</summary>
    public double[][] Of(double[] values)
    {
        var groups = new List<double>[ResultLengths.Aggregate((nint)1, (product, length) => product * length)];
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = [];
        }

        for (nint i = 0; i < values.Length; i++)
        {
            nint rest = i, output = 0, step = 1;
            for (var d = lengths.Length - 1; d >= 0; d--)
            {
                if (!IsReduced(d))
                {
                    output += rest % lengths[d] * step;
                    step *= lengths[d];
                }

                rest /= lengths[d];
            }

            groups[output].Add(values[i]);
        }

        return [.. groups.Select(group => group.ToArray())];
    }
}
