using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_softmaxGradient = new KernelFile("normalization/softmax_gradient.cu").Template("softmax_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx = y·(dy - Σ dy·y) along an axis, where this tensor is the output y = softmax(x). NaN in a row gives NaN there.</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="destination">dx, of the same shape; must not overlap an input.</param>
        /// <param name="axis">The axis of the softmax; negative counts from the end.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the destination overlaps an input.</exception>
        public void SoftmaxGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination, int axis = -1) =>
            RowPairOperation.Run(y, outputGradient, axis, destination, s_softmaxGradient, default(SoftmaxGradientRow));

        /// <summary>A new tensor with dx = y·(dy - Σ dy·y) along an axis, where this tensor is the output y = softmax(x).</summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="axis">The axis of the softmax; negative counts from the end.</param>
        public DeviceTensor<T> SoftmaxGradient(DeviceTensor<T> outputGradient, int axis = -1)
        {
            using var result = new PendingTensor<T>(NewLike(y));
            y.SoftmaxGradient(outputGradient, result.Tensor, axis);
            return result.Complete();
        }
    }

    private readonly struct SoftmaxGradientRow : IRowPairFunction
    {
        public void Invoke<TCompute>(ReadOnlySpan<TCompute> y, ReadOnlySpan<TCompute> dy, Span<TCompute> dx) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute> =>
            VectorPairLoop.Apply(new Weighted<TCompute>(TCompute.CreateTruncating(SpanReduction.DotProduct(dy, y))), y, dy, dx);
    }

    /// <summary>y·(dy - mean).</summary>
    private readonly struct Weighted<T>(T mean) : IVectorPairFunction<T> where T : unmanaged
    {
        private readonly T _mean = mean;

        public Vector512<T> Invoke(Vector512<T> y, Vector512<T> dy) => y * (dy - Vector512.Create(_mean));
    }
}
