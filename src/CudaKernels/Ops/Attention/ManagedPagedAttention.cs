using System.Buffers;
using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The managed form of the attention over pages and of appending to them: for each head of keys and values of a sequence, the pages that the
/// queries see are gathered and the heads of queries that share them are worked on at once.
/// </summary>
internal static unsafe class ManagedPagedAttention
{
    public static void Run<T, TStatistic>(AttentionShape shape, PagedCacheShape cache, double scale, in PagedAttentionInputs<T> inputs, DeviceTensor<T> y, DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var lengths = ManagedSpan.Of(inputs.Lengths);
        var table = ManagedSpan.Of(inputs.PageTable);
        cache.RequireLengths(lengths);
        for (var sequence = 0; sequence < lengths.Length && !y.IsEmpty; sequence++)
        {
            var seen = new AttentionBlock(shape with { Keys = lengths[sequence] }).Seen;
            for (long position = seen.Begin; position < seen.End; position += cache.PageLength - (position % cache.PageLength))
            {
                _ = cache.RowOf(table, sequence, position);
            }
        }

        if (typeof(T) == typeof(double))
        {
            Run<T, double>(shape, cache, scale, inputs, y, logSumExp is null ? null : (double*)ManagedSpan.Pointer(logSumExp));
        }
        else
        {
            Run<T, float>(shape, cache, scale, inputs, y, logSumExp is null ? null : (float*)ManagedSpan.Pointer(logSumExp));
        }
    }

    /// <summary>Copies new rows to their places.</summary>
    public static void Append<T>(
        CpuDevice device, PagedCacheShape cache, DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<T> keyPages, DeviceTensor<T> valuePages, DeviceTensor<int> pageTable, DeviceTensor<int> lengths)
        where T : unmanaged
    {
        var ends = ManagedSpan.Of(lengths);
        var table = ManagedSpan.Of(pageTable);
        var rows = (long)keys.Lengths[2];
        cache.RequireLengths(ends);
        for (var sequence = 0; sequence < ends.Length && !keys.IsEmpty; sequence++)
        {
            for (var position = Math.Max(ends[sequence] - rows, 0); position < ends[sequence]; position++)
            {
                _ = cache.RowOf(table, sequence, position);
            }
        }

        var body = new AppendRow<T>(
            cache, rows, ManagedSpan.Pointer(pageTable), ManagedSpan.Pointer(lengths),
            new RowCopy<T>(ManagedSpan.Pointer(keys), ManagedSpan.Pointer(keyPages), (int)keys.Lengths[3]), new RowCopy<T>(ManagedSpan.Pointer(values), ManagedSpan.Pointer(valuePages), (int)values.Lengths[3]));
        ManagedRows.Run(device, new MatrixRows((nint)(ends.Length * cache.Heads * rows), keys.Lengths[3] + values.Lengths[3]), body);
    }

    private static void Run<T, TCompute>(AttentionShape shape, PagedCacheShape cache, double scale, in PagedAttentionInputs<T> inputs, DeviceTensor<T> y, TCompute* logSumExp)
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        var threads = ((CpuDevice)y.Device).Options.Threads;
        var chunks = y.IsEmpty ? 0 : shape.KeyHeads;
        var reads = new Reads<T>(ManagedSpan.Pointer(inputs.Queries), ManagedSpan.Pointer(inputs.KeyPages), ManagedSpan.Pointer(inputs.ValuePages), ManagedSpan.Pointer(inputs.PageTable), ManagedSpan.Pointer(inputs.Lengths));
        ManagedParallel.For(chunks, threads, new KeyHead<T, TCompute>(shape, cache, TCompute.CreateTruncating(scale), reads, ManagedSpan.Pointer(y), logSumExp, chunks == 1 ? threads : 1));
    }

    private readonly struct Reads<T>(T* q, T* k, T* v, int* table, int* lengths) where T : unmanaged
    {
        public T* Q => q;

        public T* K => k;

        public T* V => v;

        public int* Table => table;

        public int* Lengths => lengths;
    }

    /// <summary>A head of keys and values of a sequence.</summary>
    private readonly struct KeyHead<T, TCompute>(AttentionShape shape, PagedCacheShape cache, TCompute scale, Reads<T> reads, T* y, TCompute* logSumExp, int threads) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        private readonly AttentionShape _shape = shape;
        private readonly PagedCacheShape _cache = cache;
        private readonly TCompute _scale = scale;
        private readonly Reads<T> _reads = reads;

        public void Execute(long keyHead)
        {
            var (sequence, head) = (keyHead / _cache.Heads, keyHead % _cache.Heads);
            var block = new AttentionBlock(_shape with { Keys = _reads.Lengths[sequence] });
            var (rows, seen) = (block.Rows, block.Seen);
            var (headDim, valueDim) = ((int)_shape.HeadDim, (int)_shape.ValueDim);
            var row = keyHead * rows;
            var to = y + (row * valueDim);
            using var wide = new WideRow<T, TCompute>(2, checked(rows * Math.Max(headDim, valueDim)));
            var gathered = ArrayPool<TCompute>.Shared.Rent(checked(Math.Max(seen.Count, 1) * (headDim + valueDim)));
            Gather(sequence, head, seen, _reads.K, headDim, gathered);
            Gather(sequence, head, seen, _reads.V, valueDim, gathered.AsSpan(seen.Count * headDim));
            fixed (TCompute* queries = wide.Read(0, _reads.Q + (row * headDim), rows * headDim), keys = gathered, output = wide.Write(1, to, rows * valueDim))
            {
                AttentionProduct.Run(block, _scale, (headDim, valueDim), queries, keys, keys + ((long)seen.Count * headDim), output, logSumExp is null ? null : logSumExp + row, threads);
            }

            wide.Finish(1, to, rows * valueDim);
            ArrayPool<TCompute>.Shared.Return(gathered);
        }

        /// <summary>The rows of the positions that are seen, one after the other.</summary>
        private void Gather(long sequence, long head, KeyRange seen, T* pages, int width, Span<TCompute> to)
        {
            var table = new ReadOnlySpan<int>(_reads.Table, checked((int)((sequence + 1) * _cache.TablePages)));
            var left = seen.Count;
            for (long position = seen.Begin; left > 0;)
            {
                var count = (int)Math.Min(_cache.PageLength - (position % _cache.PageLength), left);
                var from = pages + ((_cache.RowOf(table, sequence, position) + (head * _cache.PageLength)) * width);
                WideRow<T, TCompute>.Widen(from, to[..(count * width)]);
                to = to[(count * width)..];
                (position, left) = (position + count, left - count);
            }
        }
    }

    /// <summary>Rows of keys or values, and the pages that they go to.</summary>
    private readonly struct RowCopy<T>(T* from, T* to, int width) where T : unmanaged
    {
        public void Run(long fromRow, long toRow) => new ReadOnlySpan<T>(from + (fromRow * width), width).CopyTo(new Span<T>(to + (toRow * width), width));
    }

    private readonly struct AppendRow<T>(PagedCacheShape cache, long rows, int* table, int* lengths, RowCopy<T> keys, RowCopy<T> values) : IRowBody where T : unmanaged
    {
        private readonly PagedCacheShape _cache = cache;
        private readonly RowCopy<T> _keys = keys;
        private readonly RowCopy<T> _values = values;

        public void Row(nint row)
        {
            var (sequence, head) = (row / rows / _cache.Heads, row / rows % _cache.Heads);
            var position = lengths[sequence] - rows + (row % rows);
            if (position < 0)
            {
                return;
            }

            var to = _cache.RowOf(new ReadOnlySpan<int>(table, checked((int)((sequence + 1) * _cache.TablePages))), sequence, position) + (head * _cache.PageLength);
            _keys.Run(row, to);
            _values.Run(row, to);
        }
    }
}
