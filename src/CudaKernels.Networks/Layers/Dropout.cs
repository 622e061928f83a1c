using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Sets elements to 0 at random while it trains and scales the others by 1 / (1 - p); else it hands its input on (Srivastava et al. 2014).</summary>
/// <remarks>The bits come from <see cref="Position"/>, which every forward pass in training moves on: which elements are dropped is the same on every device.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Dropout<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly string _name;
    private PhiloxState? _used;
    private bool _ran;

    /// <param name="probability">p, how likely an element is dropped, in [0, 1).</param>
    /// <param name="position">Where the bits begin; a sequence of their own for each layer.</param>
    /// <param name="name">Begins the names of the position in a checkpoint.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout(double probability, PhiloxState position, string name = "dropout")
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!(probability is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "elements are dropped with a probability in [0, 1)");
        }

        (Probability, Position, _name) = (probability, position, name);
    }

    /// <summary>p.</summary>
    public double Probability { get; }

    /// <summary>Where the next forward pass in training takes its bits from.</summary>
    public PhiloxState Position { get; set; }

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _ran = true;
        _used = IsTraining ? Position : null;
        if (_used is not { } position)
        {
            return input;
        }

        if (input.Stream is { IsCapturing: true })
        {
            throw new InvalidOperationException("a graph drops the same elements in every launch, for it keeps the position that it was recorded with: dropout cannot be recorded");
        }

        var output = OutputBuffer(input.Device, input.Lengths);
        Position = input.Dropout(Probability, position, output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (!_ran)
        {
            throw new InvalidOperationException("a backward pass needs a forward pass before it");
        }

        if (_used is not { } position)
        {
            return outputGradient;
        }

        var inputGradient = InputGradientBuffer(outputGradient.Device, outputGradient.Lengths);
        outputGradient.DropoutGradient(Probability, position, inputGradient);
        return inputGradient;
    }

    /// <summary>Names the position of the next bits, so that a resumed training drops what an unbroken one would.</summary>
    public override void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.AddPosition($"{_name}.position", () => Position, position => Position = position);
    }
}
