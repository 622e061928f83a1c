using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_softmax = new KernelFile("normalization/softmax.cu").Template("softmax<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = exp(x - max) / Σ exp(x - max) along an axis. A row with NaN or +∞, or of -∞ only, gives NaN.</summary>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="axis">The dimension that sums to 1; negative counts from the end.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void Softmax(DeviceTensor<T> destination, int axis = -1) => RowOperation.Run(x, axis, destination, s_softmax, default(SoftmaxRow));

        /// <summary>A new tensor with the softmax along an axis.</summary>
        /// <param name="axis">The dimension that sums to 1; negative counts from the end.</param>
        public DeviceTensor<T> Softmax(int axis = -1)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.Softmax(result.Tensor, axis);
            return result.Complete();
        }
    }

    private readonly struct SoftmaxRow : IRowFunction
    {
        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            // Whatever number the maximum of a row with NaN is: its sum is NaN, and with it the row.
            var sum = VectorLoop.ApplyAndSum(new RowFunctions.ShiftedExp<TCompute>(SpanReduction.MaxOfNumbers(x)), x, y);
            VectorLoop.Apply(new RowFunctions.Scaled<TCompute>(TCompute.CreateTruncating(1 / sum)), y, y);
        }
    }
}
