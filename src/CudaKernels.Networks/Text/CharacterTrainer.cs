using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Trains a model of characters by truncated backpropagation through time: cross entropy, clipped gradients, Adam.</summary>
/// <typeparam name="T">The element type in which the model computes.</typeparam>
public sealed class CharacterTrainer<T> : ICheckpointed, IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ComputeDevice _device;
    private readonly CharacterModel<T> _model;
    private readonly TrainerSteps<T> _steps;
    private readonly SoftmaxCrossEntropy<T> _loss = new();

    /// <param name="device">The device of the model.</param>
    /// <param name="model">The model; not disposed by the trainer.</param>
    /// <param name="options">The settings of the optimizer.</param>
    /// <param name="maxGradientNorm">The norm that all gradients together may have; larger ones are scaled down to it.</param>
    /// <param name="lossScale">How the loss is scaled; null takes the defaults for <see cref="Half"/>, and scales no other type.</param>
    public CharacterTrainer(ComputeDevice device, CharacterModel<T> model, AdamOptions? options = null, double maxGradientNorm = 1, LossScaleOptions? lossScale = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        (_device, _model) = (device, model);
        _steps = new TrainerSteps<T>(model.Parameters, options, lossScale, maxGradientNorm);
    }

    /// <summary>The learning rate of the next steps, for a schedule.</summary>
    public double LearningRate
    {
        get => _steps.LearningRate;
        set => _steps.LearningRate = value;
    }

    /// <summary>How many steps were made, those included that were left out because a gradient of a scaled loss had overflowed.</summary>
    public long StepCount => _steps.Count;

    /// <summary>How many steps were left out.</summary>
    public long SkippedSteps => _steps.SkippedCount;

    /// <summary>What the loss of the next step is multiplied by; 1 where it is not scaled.</summary>
    public double LossScale => _steps.LossScale;

    /// <summary>Goes once through the text.</summary>
    /// <returns>The steps, made one by one as they are read; the loss is in nats per character.</returns>
    public IEnumerable<TrainingStep> TrainEpoch(TextStreams text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Steps(text);
    }

    /// <summary>The mean loss over a text, in nats per character.</summary>
    public double Evaluate(TextStreams text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sum = 0.0;
        foreach (var piece in Pieces(text))
        {
            sum += _loss.Evaluate(_model.Forward(piece.Inputs), piece.Targets).Loss;
        }

        return sum / text.Pieces;
    }

    /// <summary>Writes on: each character is drawn from what the model expects after those before it.</summary>
    /// <param name="vocabulary">The characters.</param>
    /// <param name="beginning">What is read first; not empty.</param>
    /// <param name="length">How many characters to draw.</param>
    /// <param name="random">Draws them.</param>
    /// <param name="temperature">Divides the logits: below 1 the likely becomes likelier.</param>
    /// <returns>The drawn characters.</returns>
    public string Generate(CharacterVocabulary vocabulary, string beginning, int length, Random random, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentException.ThrowIfNullOrEmpty(beginning);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _model.Recurrent.ResetState();
        _model.Recurrent.KeepsState = true;
        var text = new System.Text.StringBuilder(length);
        var next = vocabulary.Encode(beginning);
        while (text.Length < length)
        {
            using var characters = _device.CreateTensor(next, [next.Length, 1]);
            var logits = _model.Forward(characters).ToArray().AsSpan()[^vocabulary.Count..];
            next = [Draw(logits, random, temperature)];
            text.Append(vocabulary.Decode(next[0]));
        }

        _model.Recurrent.ResetState();
        return text.ToString();
    }

    /// <summary>Names the model's and the optimizer's state. A training resumes between two epochs, each of which begins with a state of zeros.</summary>
    /// <param name="state">Takes the pieces.</param>
    public void Describe(CheckpointState state)
    {
        _model.Describe(state);
        _steps.Describe(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _loss.Dispose();
    }

    private IEnumerable<TrainingStep> Steps(TextStreams text)
    {
        foreach (var piece in Pieces(text))
        {
            var (loss, gradient) = _loss.Evaluate(_model.Forward(piece.Inputs), piece.Targets, _steps.LossScale);
            _model.Backward(gradient);
            _steps.Step();
            yield return new TrainingStep(StepCount, loss);
        }
    }

    // The state goes on from piece to piece of one text, and not into the next.
    private IEnumerable<(DeviceTensor<long> Inputs, DeviceTensor<long> Targets)> Pieces(TextStreams text)
    {
        var (inputs, targets) = (new long[text.Steps * text.Batch], new long[text.Steps * text.Batch]);
        _model.Recurrent.ResetState();
        _model.Recurrent.KeepsState = true;
        for (var i = 0; i < text.Pieces; i++)
        {
            text.Read(i, inputs, targets);
            using var characters = _device.CreateTensor(inputs, [text.Steps, text.Batch]);
            using var labels = _device.CreateTensor(targets);
            yield return (characters, labels);
        }

        _model.Recurrent.ResetState();
    }

    private static long Draw(ReadOnlySpan<T> logits, Random random, double temperature)
    {
        var weights = new double[logits.Length];
        var largest = double.NegativeInfinity;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = double.CreateTruncating(logits[i]) / temperature;
            largest = Math.Max(largest, weights[i]);
        }

        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp(weights[i] - largest);
            sum += weights[i];
        }

        var place = random.NextDouble() * sum;
        for (var i = 0; i < weights.Length; i++)
        {
            place -= weights[i];
            if (place < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }
}
