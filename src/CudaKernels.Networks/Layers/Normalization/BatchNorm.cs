using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015) of [batch, channels], [batch, channels, …] or, channels last, […, channels]. In training
/// with the mean and variance of each channel in the batch, which also move running ones; else with the running ones.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class BatchNorm<T> : NormalizationLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly string _name;
    private readonly BatchStatistics<T> _statistics;
    private bool _usedBatch;

    /// <param name="device">Where the layer lives.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="options">ε, momentum and layout; null for the defaults.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    public BatchNorm(ComputeDevice device, int channels, BatchNormOptions? options = null, string name = "batch_norm")
        : base(device, channels, shifts: true, name)
    {
        Options = options ?? BatchNormOptions.Default;
        _name = name;
        _statistics = BatchStatistics<T>.Create(device, channels);
    }

    /// <summary>ε, momentum and layout.</summary>
    public BatchNormOptions Options { get; }

    /// <summary>The running means of the channels, zeros at first: a copy.</summary>
    public double[] RunningMean => _statistics.RunningMean;

    /// <summary>The running variances of the channels, ones at first: a copy.</summary>
    public double[] RunningVariance => _statistics.RunningVariance;

    /// <summary>Names the parameters and the running statistics.</summary>
    public override void Describe(CheckpointState state)
    {
        base.Describe(state);
        _statistics.Describe(state, _name);
    }

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output)
    {
        _usedBatch = IsTraining;
        if (IsTraining)
        {
            _statistics.Train(input, Gamma.Value, Beta!.Value, output, Options);
        }
        else
        {
            _statistics.Infer(input, Gamma.Value, Beta!.Value, output, Options);
        }
    }

    private protected override void Differentiate(DeviceTensor<T> input, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient)
    {
        if (!_usedBatch)
        {
            throw new InvalidOperationException("the gradient of a batch norm is that of a training: the last forward pass used the running statistics");
        }

        _statistics.Differentiate(input, outputGradient, Gamma.Value, inputGradient, Gamma.Gradient, Beta!.Gradient, Options);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _statistics.Dispose();
        base.Dispose(disposing);
    }
}
