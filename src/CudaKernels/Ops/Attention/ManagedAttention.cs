using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The managed form of the attention: the scores of a block of queries by the managed matrix product, their softmax row by row, and the
/// product with the values. float and double compute in themselves, Half and BFloat16 in float.
/// </summary>
internal static unsafe class ManagedAttention
{
    public static void Run<T, TStatistic>(
        AttentionShape shape, double scale, DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, DeviceTensor<T> y, DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>((CpuDevice)y.Device, shape, scale, q, k, v, y, logSumExp is null ? null : (double*)ManagedSpan.Pointer(logSumExp));
        }
        else
        {
            Run<T, float>((CpuDevice)y.Device, shape, scale, q, k, v, y, logSumExp is null ? null : (float*)ManagedSpan.Pointer(logSumExp));
        }
    }

    private static void Run<T, TCompute>(
        CpuDevice device, AttentionShape shape, double scale, DeviceTensor<T> q, DeviceTensor<T> k, DeviceTensor<T> v, DeviceTensor<T> y, TCompute* logSumExp)
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        var chunks = shape.Heads * AttentionBlock.PerHead(shape);
        var body = new Block<T, TCompute>(
            shape,
            TCompute.CreateTruncating(scale),
            ManagedSpan.Pointer(q),
            ManagedSpan.Pointer(k),
            ManagedSpan.Pointer(v),
            ManagedSpan.Pointer(y),
            logSumExp,
            chunks == 1 ? device.Options.Threads : 1);
        ManagedParallel.For(chunks, device.Options.Threads, body);
    }

    /// <summary>A block of queries of one head.</summary>
    private readonly struct Block<T, TCompute>(AttentionShape shape, TCompute scale, T* q, T* k, T* v, T* y, TCompute* logSumExp, int threads) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
    {
        private readonly AttentionShape _shape = shape;
        private readonly TCompute _scale = scale;

        public void Execute(long chunk)
        {
            var head = chunk / AttentionBlock.PerHead(_shape);
            var index = chunk % AttentionBlock.PerHead(_shape);
            var block = new AttentionBlock(_shape, index);
            var (rows, seen) = (block.Rows, block.Seen);
            var (headDim, valueDim) = ((int)_shape.HeadDim, (int)_shape.ValueDim);
            var row = (head * _shape.Queries) + (index * AttentionBlock.MostRows);
            var key = (head / _shape.Group * _shape.Keys) + seen.Begin;
            var to = y + (row * valueDim);
            using var wide = new WideRow<T, TCompute>(4, checked(Math.Max(rows, seen.Count) * Math.Max(headDim, valueDim)));
            var result = wide.Write(3, to, rows * valueDim);
            fixed (TCompute* queries = wide.Read(0, q + (row * headDim), rows * headDim),
                keys = wide.Read(1, k + (key * headDim), seen.Count * headDim),
                values = wide.Read(2, v + (key * valueDim), seen.Count * valueDim),
                output = result)
            {
                AttentionProduct.Run(block, _scale, (headDim, valueDim), queries, keys, values, output, logSumExp is null ? null : logSumExp + row, threads);
            }

            wide.Finish(3, to, rows * valueDim);
        }
    }
}
