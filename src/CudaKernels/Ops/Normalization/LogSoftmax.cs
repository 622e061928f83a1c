using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_logSoftmax = new KernelFile("normalization/log_softmax.cu").Template("log_softmax<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = (x - max) - log Σ exp(x - max) along an axis. A row with NaN or +∞, or of -∞ only, gives NaN.</summary>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="axis">The dimension along which exp(y) sums to 1; negative counts from the end.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void LogSoftmax(DeviceTensor<T> destination, int axis = -1) => RowOperation.Run(x, axis, destination, s_logSoftmax, default(LogSoftmaxRow));

        /// <summary>A new tensor with the logarithm of the softmax along an axis.</summary>
        /// <param name="axis">The dimension along which exp(y) sums to 1; negative counts from the end.</param>
        public DeviceTensor<T> LogSoftmax(int axis = -1)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.LogSoftmax(result.Tensor, axis);
            return result.Complete();
        }
    }

    private readonly struct LogSoftmaxRow : IRowFunction
    {
        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            // x and y may be the same memory, so the exponentials need a place of their own.
            var buffer = ArrayPool<TCompute>.Shared.Rent(x.Length);
            var exponentials = buffer.AsSpan(0, x.Length);
            var maximum = SpanReduction.MaxOfNumbers(x); // a NaN makes the sum NaN
            var logarithm = TCompute.CreateTruncating(Math.Log(VectorLoop.ApplyAndSum(new RowFunctions.ShiftedExp<TCompute>(maximum), x, exponentials)));
            ArrayPool<TCompute>.Shared.Return(buffer);

            // Two subtractions: maximum + logarithm would round away the logarithm of rows with a large maximum.
            VectorLoop.Apply(new TwiceShifted<TCompute>(maximum, logarithm), x, y);
        }
    }

    /// <summary>(x - first) - second.</summary>
    private readonly struct TwiceShifted<T>(T first, T second) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _first = first;
        private readonly T _second = second;

        public Vector512<T> Invoke(Vector512<T> x) => x - Vector512.Create(_first) - Vector512.Create(_second);
    }
}
