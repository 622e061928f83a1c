using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>What the trainers do after a backward pass: a step of Adam, with a scaled loss where the network computes in <see cref="Half"/>.</summary>
/// <typeparam name="T">The element type in which the network computes.</typeparam>
internal sealed class TrainerSteps<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Adam<T> _optimizer;
    private readonly GradientClipper<T>? _clipper;
    private readonly GradientScaler<T>? _scaler;

    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings of Adam.</param>
    /// <param name="lossScale">How the loss is scaled; null takes the defaults for <see cref="Half"/>, and scales no other type.</param>
    /// <param name="maxGradientNorm">The norm that all gradients together may have; null bounds nothing.</param>
    public TrainerSteps(IReadOnlyList<Parameter<T>> parameters, AdamOptions? options, LossScaleOptions? lossScale, double? maxGradientNorm = null)
    {
        _optimizer = new Adam<T>(parameters, options);
        _clipper = maxGradientNorm is { } norm ? new GradientClipper<T>(parameters, norm) : null;
        _scaler = parameters.Count > 0 && (lossScale is not null || typeof(T) == typeof(Half)) ? new GradientScaler<T>(parameters, lossScale) : null;
    }

    /// <summary>The learning rate of the next steps.</summary>
    public double LearningRate
    {
        get => _optimizer.Options.LearningRate;
        set => _optimizer.Options = _optimizer.Options with { LearningRate = value };
    }

    /// <summary>How many steps were made or left out.</summary>
    public long Count => _optimizer.StepCount + SkippedCount;

    /// <summary>How many steps were left out.</summary>
    public long SkippedCount => _scaler?.SkippedSteps ?? 0;

    /// <summary>What the next loss is to be multiplied by.</summary>
    public double LossScale => _scaler?.Scale ?? 1;

    /// <summary>Makes the step, or leaves it out where a gradient has overflowed.</summary>
    public void Step()
    {
        if (_scaler is not null)
        {
            _scaler.Step(_optimizer, _clipper);
        }
        else
        {
            _clipper?.Clip();
            _optimizer.Step();
        }
    }

    public void Describe(CheckpointState state)
    {
        _optimizer.Describe(state);
        _scaler?.Describe(state);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _clipper?.Dispose();
        _scaler?.Dispose();
    }
}
