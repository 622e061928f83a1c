using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>One step of an adversarial training, its losses in nats.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="GeneratorLoss">The mean binary cross entropy of the discriminator on generated samples with the answer "real".</param>
/// <param name="DiscriminatorLoss">The mean binary cross entropy of the discriminator on real and generated samples, before its step.</param>
/// <param name="DiscriminatorAccuracy">The share of these that it told right.</param>
public readonly record struct AdversarialStep(long Step, double GeneratorLoss, double DiscriminatorLoss, double DiscriminatorAccuracy);

/// <summary>
/// Trains a generator against a discriminator (Goodfellow et al. 2014), batch by batch: first the discriminator learns from as many real
/// as generated samples, then the generator from what the discriminator now says of the same generated samples, with the loss that does
/// not saturate: as if they were real.
/// </summary>
/// <typeparam name="T">The element type in which the networks compute.</typeparam>
public sealed class AdversarialTrainer<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ComputeDevice _device;
    private readonly Layer<T> _generator;
    private readonly Layer<T> _discriminator;
    private readonly TrainerSteps<T> _generatorSteps;
    private readonly TrainerSteps<T> _discriminatorSteps;
    private readonly BinaryCrossEntropy<T> _generatorLoss = new();
    private readonly BinaryCrossEntropy<T> _discriminatorLoss = new();
    private int _seed;
    private readonly int _noise;
    private PhiloxState _position;

    /// <param name="device">The device of the networks.</param>
    /// <param name="generator">From noise [batch, noise] to samples [batch, features]; not disposed by the trainer.</param>
    /// <param name="discriminator">From samples to a logit each, [batch, 1], above 0 for real ones; not disposed by the trainer.</param>
    /// <param name="noise">The normal numbers that a sample is made from.</param>
    /// <param name="options">The settings of both optimizers.</param>
    /// <param name="seed">The seed of the shuffling and of the noise.</param>
    /// <param name="lossScale">How each of the two losses is scaled; null takes the defaults for <see cref="Half"/>, and scales no other type.</param>
    public AdversarialTrainer(ComputeDevice device, Layer<T> generator, Layer<T> discriminator, int noise, AdamOptions? options = null, int seed = 0, LossScaleOptions? lossScale = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentOutOfRangeException.ThrowIfLessThan(noise, 1);
        (_device, _generator, _discriminator, _noise) = (device, generator, discriminator, noise);
        _generatorSteps = new TrainerSteps<T>(generator.Parameters, options, lossScale);
        _discriminatorSteps = new TrainerSteps<T>(discriminator.Parameters, options, lossScale);
        _seed = seed;
        _position = new PhiloxState((ulong)seed);
    }

    /// <summary>The learning rate of the next steps of both networks, for a schedule.</summary>
    public double LearningRate
    {
        get => _generatorSteps.LearningRate;
        set => (_generatorSteps.LearningRate, _discriminatorSteps.LearningRate) = (value, value);
    }

    /// <summary>How many steps were made, those included that were left out because a gradient of a scaled loss had overflowed.</summary>
    public long StepCount => _generatorSteps.Count;

    /// <summary>How many steps of either network were left out.</summary>
    public long SkippedSteps => _generatorSteps.SkippedCount + _discriminatorSteps.SkippedCount;

    /// <summary>How many times a way through the data was begun.</summary>
    public int EpochCount { get; private set; }

    /// <summary>Goes once through the data in a new random order; a last batch that is not full is left out unless it is the only one.</summary>
    /// <param name="data">The real samples; their labels have no meaning here.</param>
    /// <param name="batchSize">Real samples per step, and as many generated ones.</param>
    /// <returns>The steps, made one by one as they are read.</returns>
    public IEnumerable<AdversarialStep> TrainEpoch(LabelledData data, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Steps(data, Math.Min(batchSize, data.Count));
    }

    /// <summary>
    /// Names the state of both networks and both optimizers, the seed, the number of epochs and where the noise goes on. What is saved between
    /// two epochs goes on as if there had been no break; what is saved within one goes on with the next.
    /// </summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.AddPart("generator", _generator);
        state.AddPart("generator", _generatorSteps);
        state.AddPart("discriminator", _discriminator);
        state.AddPart("discriminator", _discriminatorSteps);
        state.AddNumber("trainer.seed", () => _seed, seed => _seed = seed);
        state.AddNumber("trainer.epochs", () => EpochCount, count => EpochCount = count);
        state.AddPosition("trainer.noise", () => _position, position => _position = position);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _generatorSteps.Dispose();
        _discriminatorSteps.Dispose();
        _generatorLoss.Dispose();
        _discriminatorLoss.Dispose();
    }

    private IEnumerable<AdversarialStep> Steps(LabelledData data, int batchSize)
    {
        var order = EpochOrder.Create(data.Count, _seed, EpochCount++);
        using var noise = _device.CreateUninitializedTensor<T>([batchSize, _noise]);
        using var both = _device.CreateUninitializedTensor<T>([2 * batchSize, data.Width]);
        using var realHalf = both.Slice(..batchSize);
        using var generatedHalf = both.Slice(batchSize..);
        using var isReal = _device.CreateZeros<T>([2 * batchSize, 1]);
        using var allReal = isReal.Slice(..batchSize);
        allReal.Fill(T.One);
        for (var start = 0; start + batchSize <= order.Length; start += batchSize)
        {
            using var real = new LabelledBatch<T>(_device, data, order.AsSpan(start, batchSize));
            _position = noise.FillNormal(_position);
            var generated = _generator.Forward(noise);
            real.Features.CopyTo(realHalf);
            generated.CopyTo(generatedHalf);
            var (discriminatorLoss, accuracy) = TeachDiscriminator(both, isReal);
            var generatorLoss = TeachGenerator(generated, allReal);
            yield return new AdversarialStep(StepCount, generatorLoss, discriminatorLoss, accuracy);
        }
    }

    private (double Loss, double Accuracy) TeachDiscriminator(DeviceTensor<T> samples, DeviceTensor<T> isReal)
    {
        var logits = _discriminator.Forward(samples);
        var (loss, gradient) = _discriminatorLoss.Evaluate(logits, isReal, _discriminatorSteps.LossScale);
        var answers = logits.ToArray();
        var right = answers.Where((answer, i) => answer > T.Zero == i < answers.Length / 2).Count();
        _discriminator.Backward(gradient);
        _discriminatorSteps.Step();
        return (loss, (double)right / answers.Length);
    }

    private double TeachGenerator(DeviceTensor<T> generated, DeviceTensor<T> allReal)
    {
        var (loss, gradient) = _generatorLoss.Evaluate(_discriminator.Forward(generated), allReal, _generatorSteps.LossScale);
        _generator.Backward(_discriminator.Backward(gradient));
        _generatorSteps.Step();
        return loss;
    }
}
