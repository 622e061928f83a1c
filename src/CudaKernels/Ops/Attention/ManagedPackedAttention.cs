using System.Buffers;
using System.Numerics;

namespace CudaKernels;

/// <summary>The managed form of the attention of packed sequences: for each block of queries of one head, the rows of queries, keys and values are gathered and the result is dealt out.</summary>
internal static unsafe class ManagedPackedAttention
{
    public static void Run<T, TStatistic>(
        AttentionShape shape, PackedOffsets offsets, double scale, DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, DeviceTensor<T> y, DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>(shape, offsets, scale, q, k, v, y, logSumExp is null ? null : (double*)ManagedSpan.Pointer(logSumExp));
        }
        else
        {
            Run<T, float>(shape, offsets, scale, q, k, v, y, logSumExp is null ? null : (float*)ManagedSpan.Pointer(logSumExp));
        }
    }

    private static void Run<T, TCompute>(
        AttentionShape shape, PackedOffsets offsets, double scale, DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, DeviceTensor<T> y, TCompute* logSumExp)
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        var threads = ((CpuDevice)y.Device).Options.Threads;
        var chunks = shape.Heads * AttentionBlock.PerHead(shape);
        var body = new Block<T, TCompute>(
            shape, offsets, TCompute.CreateTruncating(scale), ManagedSpan.Pointer(q), ManagedSpan.Pointer(k), ManagedSpan.Pointer(v), ManagedSpan.Pointer(y), logSumExp, chunks == 1 ? threads : 1);
        ManagedParallel.For(chunks, threads, body);
    }

    /// <summary>A block of queries of one head of one sequence; none where the sequence is shorter than the longest.</summary>
    private readonly struct Block<T, TCompute>(AttentionShape shape, PackedOffsets offsets, TCompute scale, T* q, T* k, T* v, T* y, TCompute* logSumExp, int threads) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        private readonly AttentionShape _shape = shape;
        private readonly PackedOffsets _offsets = offsets;
        private readonly TCompute _scale = scale;

        public void Execute(long chunk)
        {
            var (index, head) = (chunk % AttentionBlock.PerHead(_shape), chunk / AttentionBlock.PerHead(_shape));
            var (sequence, within) = (head / _shape.PackedHeads, head % _shape.PackedHeads);
            var mine = _offsets.Of(_shape, sequence);
            if (index >= AttentionBlock.PerHead(mine))
            {
                return;
            }

            var block = new AttentionBlock(mine, index);
            var (rows, seen) = (block.Rows, block.Seen);
            var (headDim, valueDim) = ((int)mine.HeadDim, (int)mine.ValueDim);
            var (heads, keyHeads) = (mine.PackedHeads, mine.PackedHeads / mine.Group);
            var row = ((_offsets.FirstQuery(sequence) + (index * AttentionBlock.MostRows)) * heads) + within;
            var key = ((_offsets.FirstKey(sequence) + seen.Begin) * keyHeads) + (within / mine.Group);
            var buffer = ArrayPool<TCompute>.Shared.Rent(checked(((rows + seen.Count) * (headDim + valueDim)) + rows));
            fixed (TCompute* queries = buffer)
            {
                var keys = queries + ((long)rows * headDim);
                var values = keys + ((long)seen.Count * headDim);
                var output = values + ((long)seen.Count * valueDim);
                var logarithms = output + ((long)rows * valueDim);
                new StridedRows<T, TCompute>(q, heads, headDim).Read(row, new Span<TCompute>(queries, rows * headDim));
                new StridedRows<T, TCompute>(k, keyHeads, headDim).Read(key, new Span<TCompute>(keys, seen.Count * headDim));
                new StridedRows<T, TCompute>(v, keyHeads, valueDim).Read(key, new Span<TCompute>(values, seen.Count * valueDim));
                AttentionProduct.Run(block, _scale, (headDim, valueDim), queries, keys, values, output, logarithms, threads);
                new StridedRows<T, TCompute>(y, heads, valueDim).Write(row, new ReadOnlySpan<TCompute>(output, rows * valueDim));
                for (var i = 0; i < rows && logSumExp is not null; i++)
                {
                    logSumExp[row + (i * heads)] = logarithms[i];
                }
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }
    }
}
