using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_rmsNorm = new KernelFile("normalization/rms_norm.cu").Template("rms_norm<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y = x / √(mean of x² + ε)·gamma along the last dimension (Zhang and Sennrich 2019).</summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="epsilon">Added to the mean of squares.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void RmsNorm(DeviceTensor<T>? gamma, DeviceTensor<T> destination, double epsilon = 1e-5)
        {
            var rows = MatrixRows.Of(x);
            RequireRowParameter(gamma, rows, destination, nameof(gamma));
            using var hold = new BlockHold(x.Block, gamma?.Block);
            RowOperation.Run(x, -1, destination, s_rmsNorm, new RmsNormRow<T>(gamma, epsilon), [(gamma ?? x).Input, gamma is not null, Attribute<T>(epsilon)]);
        }

        /// <summary>A new tensor with the RMS norm along the last dimension.</summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="epsilon">Added to the mean of squares.</param>
        public DeviceTensor<T> RmsNorm(DeviceTensor<T>? gamma = null, double epsilon = 1e-5)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.RmsNorm(gamma, result.Tensor, epsilon);
            return result.Complete();
        }
    }

    private readonly unsafe struct RmsNormRow<T>(DeviceTensor<T>? gamma, double epsilon) : IRowFunction where T : unmanaged, INumber<T>
    {
        private T* Gamma => gamma is null ? null : ManagedSpan.Pointer(gamma);

        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            var scale = 1 / Math.Sqrt((SpanReduction.SumOfSquares(x) / x.Length) + epsilon);
            RowFunctions.Standardize(x, y, TCompute.Zero, TCompute.CreateTruncating(scale), Gamma, null);
        }
    }
}
