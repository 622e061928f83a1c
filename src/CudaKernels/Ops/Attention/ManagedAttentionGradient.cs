using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// The managed form of the attention's gradients: for each head of keys and values, the blocks of the queries that share it one after the
/// other, each by the managed matrix product. float and double compute in themselves, Half and BFloat16 in float.
/// </summary>
internal static unsafe class ManagedAttentionGradient
{
    public static void Run<T, TStatistic>(AttentionShape shape, double scale, in AttentionInputs<T> inputs, DeviceTensor<TStatistic> logSumExp, in AttentionGradients<T> gradients)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Run(shape, scale, inputs, (double*)ManagedSpan.Pointer(logSumExp), gradients);
        }
        else
        {
            Run(shape, (float)scale, inputs, (float*)ManagedSpan.Pointer(logSumExp), gradients);
        }
    }

    private static void Run<T, TCompute>(AttentionShape shape, TCompute scale, in AttentionInputs<T> inputs, TCompute* logSumExp, in AttentionGradients<T> gradients)
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var threads = ((CpuDevice)gradients.Queries.Device).Options.Threads;
        var reads = new Reads<T>(ManagedSpan.Pointer(inputs.Queries), ManagedSpan.Pointer(inputs.Keys), ManagedSpan.Pointer(inputs.Values), ManagedSpan.Pointer(inputs.Output), ManagedSpan.Pointer(inputs.OutputGradient));
        var writes = new Writes<T>(ManagedSpan.Pointer(gradients.Queries), ManagedSpan.Pointer(gradients.Keys), ManagedSpan.Pointer(gradients.Values));
        ManagedParallel.For(shape.KeyHeads, threads, new KeyHead<T, TCompute>(shape, scale, reads, logSumExp, writes, shape.KeyHeads == 1 ? threads : 1));
    }

    public readonly struct Reads<T>(T* q, T* k, T* v, T* y, T* dy) where T : unmanaged
    {
        public T* Q => q;

        public T* K => k;

        public T* V => v;

        public T* Y => y;

        public T* Dy => dy;
    }

    public readonly struct Writes<T>(T* dq, T* dk, T* dv) where T : unmanaged
    {
        public T* Dq => dq;

        public T* Dk => dk;

        public T* Dv => dv;
    }

    /// <summary>One head of keys and values in the type that is computed in, with the sums of its gradients, and room for the scores of a block.</summary>
    private readonly struct WideHead<TCompute>(TCompute* k, TCompute* v, TCompute* dk, TCompute* dv, TCompute* weights, TCompute* slopes) where TCompute : unmanaged
    {
        public TCompute* K => k;

        public TCompute* V => v;

        public TCompute* Dk => dk;

        public TCompute* Dv => dv;

        public TCompute* Weights => weights;

        public TCompute* Slopes => slopes;
    }

    /// <summary>exp(x·scale - shift).</summary>
    private readonly struct ScaledExp<T>(T scale, T shift) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _scale = scale;
        private readonly T _shift = shift;

        public Vector512<T> Invoke(Vector512<T> x) => RowFunctions.Exp((x * Vector512.Create(_scale)) - Vector512.Create(_shift));
    }

    /// <summary>weight·(gradient - delta)·scale.</summary>
    private readonly struct Slope<T>(T delta, T scale) : IVectorPairFunction<T> where T : unmanaged
    {
        private readonly T _delta = delta;
        private readonly T _scale = scale;

        public Vector512<T> Invoke(Vector512<T> weight, Vector512<T> gradient) => weight * (gradient - Vector512.Create(_delta)) * Vector512.Create(_scale);
    }

    /// <summary>One head of keys and values, and the heads of queries that share it.</summary>
    public readonly struct KeyHead<T, TCompute>(AttentionShape shape, TCompute scale, Reads<T> reads, TCompute* logSumExp, Writes<T> writes, int threads) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly AttentionShape _shape = shape;
        private readonly TCompute _scale = scale;
        private readonly Reads<T> _reads = reads;
        private readonly Writes<T> _writes = writes;

        private int HeadDim => (int)_shape.HeadDim;

        private int ValueDim => (int)_shape.ValueDim;

        public void Execute(long head)
        {
            var keys = (int)_shape.Keys;
            var (firstKey, firstValue) = (head * keys * HeadDim, head * keys * ValueDim);
            using var wide = new WideRow<T, TCompute>(4, checked(keys * Math.Max(HeadDim, ValueDim)));
            var keyGradient = wide.Write(2, _writes.Dk + firstKey, keys * HeadDim);
            var valueGradient = wide.Write(3, _writes.Dv + firstValue, keys * ValueDim);
            keyGradient.Clear();
            valueGradient.Clear();
            var scores = checked((int)Math.Min(_shape.Queries, AttentionBlock.MostRows) * keys);
            var buffer = ArrayPool<TCompute>.Shared.Rent(checked(2 * scores));
            fixed (TCompute* k = wide.Read(0, _reads.K + firstKey, keys * HeadDim), v = wide.Read(1, _reads.V + firstValue, keys * ValueDim), dk = keyGradient, dv = valueGradient, weights = buffer)
            {
                var sums = new WideHead<TCompute>(k, v, dk, dv, weights, weights + scores);
                for (var queryHead = head * _shape.Group; queryHead < (head + 1) * _shape.Group; queryHead++)
                {
                    for (long index = 0; index < AttentionBlock.PerHead(_shape); index++)
                    {
                        Add(sums, new AttentionBlock(_shape, index), (queryHead * _shape.Queries) + (index * AttentionBlock.MostRows));
                    }
                }
            }

            wide.Finish(2, _writes.Dk + firstKey, keys * HeadDim);
            wide.Finish(3, _writes.Dv + firstValue, keys * ValueDim);
            ArrayPool<TCompute>.Shared.Return(buffer);
        }

        /// <summary>Makes the query gradients of a block, whose first row is given, and adds what it contributes to those of keys and values.</summary>
        private void Add(in WideHead<TCompute> sums, in AttentionBlock block, long row)
        {
            var (rows, width, first) = (block.Rows, block.Seen.Count, block.Seen.Begin);
            using var wide = new WideRow<T, TCompute>(3, rows * Math.Max(HeadDim, ValueDim));
            var result = wide.Write(2, _writes.Dq + (row * HeadDim), rows * HeadDim);
            fixed (TCompute* q = wide.Read(0, _reads.Q + (row * HeadDim), rows * HeadDim), dy = wide.Read(1, _reads.Dy + (row * ValueDim), rows * ValueDim), dq = result)
            {
                ManagedGemm.Multiply(false, true, rows, width, HeadDim, 1, q, HeadDim, sums.K + ((long)first * HeadDim), HeadDim, 0, sums.Weights, width, threads);
                ManagedGemm.Multiply(false, true, rows, width, ValueDim, 1, dy, ValueDim, sums.V + ((long)first * ValueDim), ValueDim, 0, sums.Slopes, width, threads);
                for (var i = 0; i < rows; i++)
                {
                    var mine = block.KeysOf(i);
                    var start = (i * (long)width) + mine.Begin - first;
                    var weight = new Span<TCompute>(sums.Weights + start, mine.Count);
                    var slope = new Span<TCompute>(sums.Slopes + start, mine.Count);
                    var at = (row + i) * ValueDim;
                    var delta = TCompute.CreateTruncating(SpanReduction.DotProduct(new ReadOnlySpan<T>(_reads.Dy + at, ValueDim), new ReadOnlySpan<T>(_reads.Y + at, ValueDim)));
                    VectorLoop.Apply(new ScaledExp<TCompute>(_scale, logSumExp[row + i]), weight, weight);
                    VectorPairLoop.Apply(new Slope<TCompute>(delta, _scale), weight, slope, slope);
                }

                var (common, offset) = (block.Common, block.Common.Begin - first);
                var (keyAt, valueAt) = ((long)common.Begin * HeadDim, (long)common.Begin * ValueDim);
                ManagedGemm.Multiply(false, false, rows, HeadDim, common.Count, 1, sums.Slopes + offset, width, sums.K + keyAt, HeadDim, 0, dq, HeadDim, threads);
                ManagedGemm.Multiply(true, false, common.Count, HeadDim, rows, 1, sums.Slopes + offset, width, q, HeadDim, 1, sums.Dk + keyAt, HeadDim, threads);
                ManagedGemm.Multiply(true, false, common.Count, ValueDim, rows, 1, sums.Weights + offset, width, dy, ValueDim, 1, sums.Dv + valueAt, ValueDim, threads);
                for (var i = 0; i < rows; i++)
                {
                    var mine = block.KeysOf(i);
                    for (var j = block.PastCommon(mine.Begin); j < mine.End; j = block.PastCommon(j + 1))
                    {
                        var at = (i * (long)width) + j - first;
                        AddRow(sums.K + ((long)j * HeadDim), sums.Slopes[at], dq + (i * HeadDim), HeadDim);
                        AddRow(q + (i * HeadDim), sums.Slopes[at], sums.Dk + ((long)j * HeadDim), HeadDim);
                        AddRow(dy + (i * ValueDim), sums.Weights[at], sums.Dv + ((long)j * ValueDim), ValueDim);
                    }
                }
            }

            wide.Finish(2, _writes.Dq + (row * HeadDim), rows * HeadDim);
        }

        private static void AddRow(TCompute* row, TCompute factor, TCompute* sum, int count) =>
            TensorPrimitives.MultiplyAdd(new ReadOnlySpan<TCompute>(row, count), factor, new ReadOnlySpan<TCompute>(sum, count), new Span<TCompute>(sum, count));
    }
}
