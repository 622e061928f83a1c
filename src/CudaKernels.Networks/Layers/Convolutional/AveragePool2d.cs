using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>The mean of the elements under each window of an image.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class AveragePool2d<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private nint[]? _inputLengths;

    /// <param name="options">The windows.</param>
    public AveragePool2d(Pool2dOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>The windows.</summary>
    public Pool2dOptions Options { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input has not four dimensions, or a window does not fit it.</exception>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = OutputBuffer(input.Device, Options.OutputLengths(input.Lengths));
        _inputLengths = input.Lengths.ToArray();
        input.AveragePool2d(Options, output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var lengths = _inputLengths ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = InputGradientBuffer(outputGradient.Device, lengths);
        outputGradient.AveragePool2dGradient(Options, inputGradient);
        return inputGradient;
    }
}
