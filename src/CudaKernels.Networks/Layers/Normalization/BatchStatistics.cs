using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>The statistics of a batch and the running ones: float, or double for double elements.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal abstract class BatchStatistics<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    public static BatchStatistics<T> Create(ComputeDevice device, int channels) =>
        typeof(T) == typeof(double) ? new Of<double>(device, channels) : new Of<float>(device, channels);

    public abstract double[] RunningMean { get; }

    public abstract double[] RunningVariance { get; }

    public abstract void Train(DeviceTensor<T> x, DeviceTensor<T> gamma, DeviceTensor<T> beta, DeviceTensor<T> y, BatchNormOptions options);

    public abstract void Infer(DeviceTensor<T> x, DeviceTensor<T> gamma, DeviceTensor<T> beta, DeviceTensor<T> y, BatchNormOptions options);

    public abstract void Differentiate(
        DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> gamma, DeviceTensor<T> dx, DeviceTensor<T> gammaGradient, DeviceTensor<T> betaGradient, BatchNormOptions options);

    public abstract void Describe(CheckpointState state, string name);

    public abstract void Dispose();

    private sealed class Of<TStatistic> : BatchStatistics<T> where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        private readonly DeviceTensor<TStatistic> _batch;
        private readonly DeviceTensor<TStatistic> _mean;
        private readonly DeviceTensor<TStatistic> _variance;

        public Of(ComputeDevice device, int channels)
        {
            _batch = Lasting.Keep(device.CreateZeros<TStatistic>([channels, 2]));
            _mean = Lasting.Keep(device.CreateZeros<TStatistic>([channels]));
            _variance = Lasting.Keep(device.CreateUninitializedTensor<TStatistic>([channels]));
            _variance.Fill(TStatistic.One);
        }

        public override double[] RunningMean => Array.ConvertAll(_mean.ToArray(), double.CreateChecked);

        public override double[] RunningVariance => Array.ConvertAll(_variance.ToArray(), double.CreateChecked);

        public override void Train(DeviceTensor<T> x, DeviceTensor<T> gamma, DeviceTensor<T> beta, DeviceTensor<T> y, BatchNormOptions options) =>
            x.BatchNorm(gamma, beta, y, _batch, _mean, _variance, options);

        public override void Infer(DeviceTensor<T> x, DeviceTensor<T> gamma, DeviceTensor<T> beta, DeviceTensor<T> y, BatchNormOptions options) =>
            x.BatchNormInference(_mean, _variance, gamma, beta, y, options);

        public override void Differentiate(
            DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> gamma, DeviceTensor<T> dx, DeviceTensor<T> gammaGradient, DeviceTensor<T> betaGradient, BatchNormOptions options) =>
            x.BatchNormGradient(dy, _batch, gamma, dx, gammaGradient, betaGradient, options);

        public override void Describe(CheckpointState state, string name)
        {
            state.AddTensor($"{name}.running_mean", _mean);
            state.AddTensor($"{name}.running_variance", _variance);
        }

        public override void Dispose()
        {
            _batch.Dispose();
            _mean.Dispose();
            _variance.Dispose();
        }
    }
}
