using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_l2Normalize = new KernelFile("normalization/l2_normalize.cu").Template("l2_normalize<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x / max(√Σx², ε) along an axis: rows of length 1. A row of zeros stays; one with an infinity or NaN gives NaN there.</summary>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="axis">The dimension along which the norm is taken; negative counts from the end.</param>
        /// <param name="epsilon">The least norm that is divided by.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void L2Normalize(DeviceTensor<T> destination, int axis = -1, double epsilon = 1e-12) =>
            RowOperation.Run(x, axis, destination, s_l2Normalize, new L2NormalizeRow(epsilon), [Attribute<T>(epsilon)]);

        /// <summary>A new tensor with y = x / max(√Σx², ε) along an axis.</summary>
        /// <param name="axis">The dimension along which the norm is taken; negative counts from the end.</param>
        /// <param name="epsilon">The least norm that is divided by.</param>
        public DeviceTensor<T> L2Normalize(int axis = -1, double epsilon = 1e-12)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.L2Normalize(result.Tensor, axis, epsilon);
            return result.Complete();
        }
    }

    private readonly struct L2NormalizeRow(double epsilon) : IRowFunction
    {
        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            var norm = Math.Sqrt(SpanReduction.SumOfSquares(x));
            VectorLoop.Apply(new RowFunctions.Scaled<TCompute>(TCompute.CreateTruncating(1 / Math.Max(norm, epsilon))), x, y);
        }
    }
}
