using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelTemplate s_layerNorm = new KernelFile("normalization/layer_norm.cu").Template("layer_norm<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y = (x - mean) / √(variance + ε)·gamma + beta along the last dimension, with the variance 1/n Σ(x - mean)² (Ba, Kiros
        /// and Hinton 2016).
        /// </summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="beta">[columns], or null for zeros.</param>
        /// <param name="destination">The result, of the same shape; must not overlap this tensor.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, or the tensors overlap.</exception>
        public void LayerNorm(DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> destination, double epsilon = 1e-5)
        {
            var rows = MatrixRows.Of(x);
            RequireRowParameter(gamma, rows, destination, nameof(gamma));
            RequireRowParameter(beta, rows, destination, nameof(beta));
            using var hold = new BlockHold(x.Block, gamma?.Block, beta?.Block);
            RowOperation.Run(
                x,
                -1,
                destination,
                s_layerNorm,
                new LayerNormRow<T>(gamma, beta, epsilon),
                [(gamma ?? x).Input, gamma is not null, (beta ?? x).Input, beta is not null, Attribute<T>(epsilon)]);
        }

        /// <summary>A new tensor with the layer norm along the last dimension.</summary>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="beta">[columns], or null for zeros.</param>
        /// <param name="epsilon">Added to the variance.</param>
        public DeviceTensor<T> LayerNorm(DeviceTensor<T>? gamma = null, DeviceTensor<T>? beta = null, double epsilon = 1e-5)
        {
            using var result = new PendingTensor<T>(NewLike(x));
            x.LayerNorm(gamma, beta, result.Tensor, epsilon);
            return result.Complete();
        }
    }

    /// <summary>Checks an optional vector with one element per column.</summary>
    internal static void RequireRowParameter<T>(DeviceTensor<T>? vector, MatrixRows rows, DeviceTensor<T> destination, string parameter) where T : unmanaged
    {
        if (vector is null)
        {
            return;
        }

        RequireShape(vector, [rows.Columns], parameter);
        RequireApart(vector, destination, parameter);
        vector.RequireDense();
    }

    private readonly unsafe struct LayerNormRow<T>(DeviceTensor<T>? gamma, DeviceTensor<T>? beta, double epsilon) : IRowFunction where T : unmanaged, INumber<T>
    {
        private T* Gamma => gamma is null ? null : ManagedSpan.Pointer(gamma);

        private T* Beta => beta is null ? null : ManagedSpan.Pointer(beta);

        public void Invoke<TCompute>(ReadOnlySpan<TCompute> x, Span<TCompute> y) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            var mean = SpanReduction.Sum(x) / x.Length;
            var variance = SpanReduction.SumOfSquaresAboutMean(x, mean) / x.Length;
            RowFunctions.Standardize(x, y, TCompute.CreateTruncating(mean), TCompute.CreateTruncating(1 / Math.Sqrt(variance + epsilon)), Gamma, Beta);
        }
    }
}
