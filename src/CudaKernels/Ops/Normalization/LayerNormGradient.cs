using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly RowNormGradient s_layerNormGradient = new(new("normalization/layer_norm_gradient.cu"), "layer_norm_gradient", centred: true);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the gradients of <c>LayerNorm</c>, where this tensor is its input: dx = (g - mean(g) - x̂·mean(g·x̂)) / √(variance + ε) along each row
        /// with g = dy·gamma and x̂ the row before gamma and beta; dgamma = Σ dy·x̂ and dbeta = Σ dy over the rows, in a fixed order. A row with NaN or
        /// an infinity in x gives NaN, and so does its share of dgamma.
        /// </summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="destination">dx, of the same shape; must not overlap an input.</param>
        /// <param name="gammaGradient">dgamma, [columns], or null where it is not wanted.</param>
        /// <param name="betaGradient">dbeta, [columns], or null where it is not wanted.</param>
        /// <param name="epsilon">That of the layer norm.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, a result is not dense, or it overlaps another tensor.</exception>
        public void LayerNormGradient(
            DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, DeviceTensor<T>? gammaGradient = null, DeviceTensor<T>? betaGradient = null, double epsilon = 1e-5) =>
            s_layerNormGradient.Run(x, outputGradient, gamma, destination, new(gammaGradient, betaGradient), epsilon);
    }
}
