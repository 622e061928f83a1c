namespace CudaKernels;

/// <summary>Where packed sequences begin and end, on the managed device; the caller holds a lease on the offsets.</summary>
internal readonly unsafe struct PackedOffsets(DeviceTensor<int> queries, DeviceTensor<int> keys)
{
    private readonly int* _queries = ManagedSpan.Pointer(queries);
    private readonly int* _keys = ManagedSpan.Pointer(keys);
    private readonly int _sequences = (int)queries.Lengths[0] - 1;

    public long FirstQuery(long sequence) => _queries[sequence];

    public long FirstKey(long sequence) => _keys[sequence];

    /// <summary>The shape of one sequence.</summary>
    public AttentionShape Of(in AttentionShape shape, long sequence) =>
        shape with { Queries = _queries[sequence + 1] - _queries[sequence], Keys = _keys[sequence + 1] - _keys[sequence] };

    /// <summary>Refuses offsets that name no rows, which only the host can do: kernels answer with NaN, or write nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Offsets fall or lie outside the rows, or a sequence is too long.</exception>
    public void Require(in AttentionShape shape)
    {
        Require(_queries, (shape.Queries, shape.AllQueries), "queryOffsets");
        Require(_keys, (shape.Keys, shape.AllKeys), "keyOffsets");
    }

    private void Require(int* offsets, (long Most, long All) rows, string parameter)
    {
        for (var i = 0; i <= _sequences; i++)
        {
            if (offsets[i] < (i == 0 ? 0 : offsets[i - 1]) || offsets[i] > rows.All)
            {
                throw new ArgumentOutOfRangeException(parameter, offsets[i], $"offset {i} of packed sequences is below the one before it, or outside [0, {rows.All}]");
            }

            if (i > 0 && offsets[i] - offsets[i - 1] > rows.Most)
            {
                throw new ArgumentOutOfRangeException(parameter, offsets[i] - offsets[i - 1], $"sequence {i - 1} has more rows than the {rows.Most} that were said to be the most");
            }
        }
    }
}
