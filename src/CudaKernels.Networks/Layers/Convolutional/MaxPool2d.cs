using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>The largest element under each window of an image.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class MaxPool2d<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private nint[]? _inputLengths;
    private DeviceTensor<long>? _places;

    /// <param name="options">The windows.</param>
    public MaxPool2d(Pool2dOptions options)
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
        var places = Resize(ref _places, input.Device, output.Lengths);
        _inputLengths = input.Lengths.ToArray();
        input.MaxPool2d(Options, output, places);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var places = _places ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = InputGradientBuffer(outputGradient.Device, _inputLengths);
        outputGradient.MaxPool2dGradient(places, Options, inputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _places?.Dispose();
        base.Dispose(disposing);
    }
}
