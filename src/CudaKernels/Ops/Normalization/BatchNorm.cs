using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly BatchNormKernels s_batchNorm = new(new KernelFile("normalization/batch_norm.cu"));

    extension<T>(DeviceTensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y = (x - mean) / √(variance + ε)·gamma + beta for each channel, with the mean and the variance (1/n) of the channel's elements in
        /// this batch (training). The statistics are kept for <c>BatchNormGradient</c>; running ones move towards the mean and the sample variance
        /// (1/(n - 1)): r = (1 - momentum)·r + momentum·new. A channel with NaN or an infinity gives NaN. An empty batch changes nothing.
        /// </summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="destination">y, of the same shape; must not overlap another tensor.</param>
        /// <param name="statistics">[channels, 2]: receives the mean and 1 / √(variance + ε) of each channel.</param>
        /// <param name="runningMean">[channels], updated; or null.</param>
        /// <param name="runningVariance">[channels], updated; null where <paramref name="runningMean"/> is. It needs two elements of each channel at least.</param>
        /// <param name="options">ε, momentum and layout; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        public void BatchNorm<TStatistic>(
            DeviceTensor<T>? gamma,
            DeviceTensor<T>? beta,
            DeviceTensor<T> destination,
            DeviceTensor<TStatistic> statistics,
            DeviceTensor<TStatistic>? runningMean = null,
            DeviceTensor<TStatistic>? runningVariance = null,
            BatchNormOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            options ??= BatchNormOptions.Default;
            var layout = BatchNormShape.Of(x, options.Layout);
            BatchNormShape.Require(x, layout, destination, gamma, beta);
            BatchNormShape.RequireStatistics(statistics, layout, x, destination);
            if ((runningMean is null) != (runningVariance is null))
            {
                throw new ArgumentException("a running mean and a running variance come together: one of them is missing", nameof(runningVariance));
            }

            if (runningMean is not null)
            {
                BatchNormShape.RequireRunning(runningMean, layout, x, destination, nameof(runningMean));
                BatchNormShape.RequireRunning(runningVariance!, layout, x, destination, nameof(runningVariance));
                RequireApart(runningMean, runningVariance!, nameof(runningVariance));
                if (layout.Count == 1)
                {
                    throw new ArgumentException($"a sample variance needs two elements of each channel at least, and shape {x.Layout} has one", nameof(runningVariance));
                }
            }

            if (x.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (destination.Device is CudaDevice)
            {
                s_batchNorm.Train(from.Tensor, gamma, beta, destination, statistics, runningMean, runningVariance, layout, options);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, gamma?.Block, beta?.Block, destination.Block);
            using var kept = new BlockHold(statistics.Block, runningMean?.Block, runningVariance?.Block);
            ManagedBatchNorm.Train(from.Tensor, gamma, beta, destination, statistics, runningMean, runningVariance, layout, options);
        }

        /// <summary>Computes y = (x - mean) / √(variance + ε)·gamma + beta for each channel, with given means and variances (inference).</summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="runningMean">[channels].</param>
        /// <param name="runningVariance">[channels].</param>
        /// <param name="gamma">[channels], or null for ones.</param>
        /// <param name="beta">[channels], or null for zeros.</param>
        /// <param name="destination">y, of the same shape; must not overlap another tensor.</param>
        /// <param name="options">ε and layout; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        public void BatchNormInference<TStatistic>(
            DeviceTensor<TStatistic> runningMean, DeviceTensor<TStatistic> runningVariance, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> destination, BatchNormOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            options ??= BatchNormOptions.Default;
            var layout = BatchNormShape.Of(x, options.Layout);
            BatchNormShape.Require(x, layout, destination, gamma, beta);
            BatchNormShape.RequireRunning(runningMean, layout, x, destination, nameof(runningMean));
            BatchNormShape.RequireRunning(runningVariance, layout, x, destination, nameof(runningVariance));
            if (x.IsEmpty)
            {
                return;
            }

            using var from = AsDense(x);
            if (destination.Device is CudaDevice)
            {
                s_batchNorm.Infer(from.Tensor, runningMean, runningVariance, gamma, beta, destination, layout, options);
                return;
            }

            using var hold = new BlockHold(from.Tensor.Block, gamma?.Block, beta?.Block, destination.Block);
            using var kept = new BlockHold(runningMean.Block, runningVariance.Block);
            ManagedBatchNorm.Infer(from.Tensor, runningMean, runningVariance, gamma, beta, destination, layout, options);
        }
    }
}
