using System.Buffers;
using System.Numerics.Tensors;

namespace CudaKernels;

/// <summary>The managed form of the attention of 8-bit floats: for each block of queries of one head, the rows of queries, keys and values are widened to float, and the result is scaled and rounded.</summary>
internal static unsafe class ManagedQuantizedAttention
{
    public static void Run<T>(
        AttentionShape shape, ManagedAttentionScales scales, double scale, DeviceTensor<Float8E4M3> q, DeviceTensor<Float8E4M3> k, DeviceTensor<Float8E4M3> v, DeviceTensor<T> y, DeviceTensor<float>? logSumExp)
        where T : unmanaged
    {
        var threads = ((CpuDevice)y.Device).Options.Threads;
        var chunks = shape.Heads * AttentionBlock.PerHead(shape);
        var body = new Block<T>(
            shape,
            scales,
            (float)scale,
            ManagedSpan.Pointer(q),
            ManagedSpan.Pointer(k),
            ManagedSpan.Pointer(v),
            ManagedSpan.Pointer(y),
            logSumExp is null ? null : ManagedSpan.Pointer(logSumExp),
            chunks == 1 ? threads : 1);
        ManagedParallel.For(chunks, threads, body);
    }

    /// <summary>A block of queries of one head.</summary>
    private readonly struct Block<T>(AttentionShape shape, ManagedAttentionScales scales, float scale, Float8E4M3* q, Float8E4M3* k, Float8E4M3* v, T* y, float* logSumExp, int threads) : IParallelBody
        where T : unmanaged
    {
        private readonly AttentionShape _shape = shape;
        private readonly ManagedAttentionScales _scales = scales;

        public void Execute(long chunk)
        {
            var head = chunk / AttentionBlock.PerHead(_shape);
            var index = chunk % AttentionBlock.PerHead(_shape);
            var block = new AttentionBlock(_shape, index);
            var (rows, seen) = (block.Rows, block.Seen);
            var (headDim, valueDim) = ((int)_shape.HeadDim, (int)_shape.ValueDim);
            var row = (head * _shape.Queries) + (index * AttentionBlock.MostRows);
            var key = (head / _shape.Group * _shape.Keys) + seen.Begin;
            var buffer = ArrayPool<float>.Shared.Rent(checked((rows + seen.Count) * (headDim + valueDim)));
            fixed (float* queries = buffer)
            {
                var keys = queries + ((long)rows * headDim);
                var values = keys + ((long)seen.Count * headDim);
                var output = values + ((long)seen.Count * valueDim);
                Widen(q + (row * headDim), queries, rows * headDim);
                Widen(k + (key * headDim), keys, seen.Count * headDim);
                Widen(v + (key * valueDim), values, seen.Count * valueDim);
                AttentionProduct.Run(block, _scales.OfScores(scale, head), (headDim, valueDim), queries, keys, values, output, logSumExp is null ? null : logSumExp + row, threads);
                for (var i = 0; i < rows; i++)
                {
                    // The zeros of a query that sees no key stay zeros, whatever the scale is.
                    if (block.KeysOf(i).Count > 0)
                    {
                        var sum = new Span<float>(output + ((long)i * valueDim), valueDim);
                        TensorPrimitives.Multiply(sum, _scales.OfValues(head), sum);
                    }
                }

                BlockConversion.Narrow(new ReadOnlySpan<float>(output, rows * valueDim), new Span<T>(y + (row * valueDim), rows * valueDim));
            }

            ArrayPool<float>.Shared.Return(buffer);
        }

        private static void Widen(Float8E4M3* from, float* to, int count) => Float8Element<Float8E4M3>.Widen(new ReadOnlySpan<Float8E4M3>(from, count), new Span<float>(to, count));
    }
}
