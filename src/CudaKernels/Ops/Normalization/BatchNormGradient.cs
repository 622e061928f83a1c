using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BatchNormGradientKernels s_batchNormGradient = new(new KernelFile("normalization/batch_norm_gradient.cu"));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the gradients of <c>BatchNorm</c> in training, where this tensor is its input: dx = (dy - mean(dy) - x̂·mean(dy·x̂))·gamma / √(variance + ε),
        /// dgamma = Σ dy·x̂ and dbeta = Σ dy over the elements of each channel, in a fixed order; x̂ is x before gamma and beta.
        /// </summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="outputGradient">dy, of the same shape.</param>
        /// <param name="statistics">[channels, 2]: what <c>BatchNorm</c> left there.</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="destination">dx, of the same shape; must not overlap another tensor.</param>
        /// <param name="gammaGradient">dgamma, [channels], or null where it is not wanted.</param>
        /// <param name="betaGradient">dbeta, [channels], or null where it is not wanted.</param>
        /// <param name="options">Those of the batch norm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        public void BatchNormGradient<TStatistic>(
            DeviceTensor<T> outputGradient,
            DeviceTensor<TStatistic> statistics,
            DeviceTensor<T>? gamma,
            DeviceTensor<T> destination,
            DeviceTensor<T>? gammaGradient = null,
            DeviceTensor<T>? betaGradient = null,
            BatchNormOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            options ??= BatchNormOptions.Default;
            var layout = BatchNormShape.Of(x, options.Layout);
            var gradients = new ParameterGradients<T>(gammaGradient, betaGradient);
            RequireShape(outputGradient, x.Layout, nameof(outputGradient));
            BatchNormShape.Require(x, layout, destination, gamma, null);
            RequireApart(outputGradient, destination, nameof(destination));
            BatchNormShape.RequireStatistics(statistics, layout, x, destination);
            gradients.Require((nint)layout.Channels, x, outputGradient, gamma, destination);
            if (x.IsEmpty)
            {
                gradients.Clear();
                return;
            }

            using var from = AsDense(x);
            using var dy = AsDense(outputGradient);
            if (destination.Device is CudaDevice)
            {
                s_batchNormGradient.Run(from.Tensor, dy.Tensor, statistics, gamma, destination, gradients, layout);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, dy.Tensor.Block, gamma?.Block, statistics.Block);
            using var written = new BlockHold(destination.Block, gradients.Gamma?.Block, gradients.Beta?.Block);
            ManagedBatchNormGradient.Run(from.Tensor, dy.Tensor, statistics, gamma, destination, gradients, layout);
        }
    }
}
