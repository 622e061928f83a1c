using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly RowNormGradient s_rmsNormGradient = new(new("normalization/rms_norm_gradient.cu"), "rms_norm_gradient", centred: false);

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the gradients of <c>RmsNorm</c>, where this tensor is its input: dx = (g - x̂·mean(g·x̂)) / √(mean of x² + ε) along each row with
        /// g = dy·gamma and x̂ the row before gamma; dgamma = Σ dy·x̂ over the rows, in a fixed order. A row with NaN in x gives NaN, and so does its share of dgamma.
        /// </summary>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="gamma">[columns], or null for ones.</param>
        /// <param name="destination">dx, of the same shape; must not overlap an input.</param>
        /// <param name="gammaGradient">dgamma, [columns], or null where it is not wanted.</param>
        /// <param name="epsilon">That of the RMS norm.</param>
        /// <exception cref="ArgumentException">Shapes or devices differ, a result is not dense, or it overlaps another tensor.</exception>
        public void RmsNormGradient(DeviceTensor<T> outputGradient, DeviceTensor<T>? gamma, DeviceTensor<T> destination, DeviceTensor<T>? gammaGradient = null, double epsilon = 1e-5) =>
            s_rmsNormGradient.Run(x, outputGradient, gamma, destination, new(gammaGradient, null), epsilon);
    }
}
