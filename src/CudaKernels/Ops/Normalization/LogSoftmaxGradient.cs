using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_logSoftmaxGradient = new KernelFile("normalization/log_softmax_gradient.cu").Template("log_softmax_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = dy - exp(y)·Σ dy along an axis, where this tensor is the output y = log softmax(x). NaN in dy gives NaN in its whole row, NaN in y where it stands.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The axis of the softmax; negative counts from the end.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the destination overlaps an input.</exception>
        public void LogSoftmaxGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination, int axis = -1) =>
            RowPairOperation.Run(y, outputGradient, axis, destination, s_logSoftmaxGradient, default(LogSoftmaxGradientRow));

        /// <summary>A new tensor with dx = dy - exp(y)·Σ dy along an axis, where this tensor is the output y = log softmax(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="axis">The axis of the softmax; negative counts from the end.</param>
        public DeviceTensor<T> LogSoftmaxGradient(DeviceTensor<T> outputGradient, int axis = -1)
        {
            using var result = new PendingTensor<T>(NewLike(y));
            y.LogSoftmaxGradient(outputGradient, result.Tensor, axis);
            return result.Complete();
        }
    }

    private readonly struct LogSoftmaxGradientRow : IRowPairFunction
    {
        public void Invoke<TCompute>(ReadOnlySpan<TCompute> y, ReadOnlySpan<TCompute> dy, Span<TCompute> dx) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute> =>
            VectorPairLoop.Apply(new LessShare<TCompute>(TCompute.CreateTruncating(SpanReduction.Sum(dy))), y, dy, dx);
    }

    /// <summary>dy - exp(y)·total.</summary>
    private readonly struct LessShare<T>(T total) : IVectorPairFunction<T> where T : unmanaged
    {
        private readonly T _total = total;

        public Vector512<T> Invoke(Vector512<T> y, Vector512<T> dy) =>
            dy - ((typeof(T) == typeof(double) ? VectorMath.Exp(y.AsDouble()).As<double, T>() : VectorMath.Exp(y.AsSingle()).As<float, T>()) * Vector512.Create(_total));
    }
}
