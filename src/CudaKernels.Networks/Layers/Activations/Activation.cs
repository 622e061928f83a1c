using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A function of every element whose derivative follows from its result.</summary>
/// <typeparam name="T">The element type.</typeparam>
public abstract class Activation<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _output;
    private DeviceTensor<T>? _inputGradient;

    private protected Activation()
    {
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = Resize(ref _output, input.Device, input.Lengths);
        Apply(input, output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var output = _output ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = Resize(ref _inputGradient, output.Device, output.Lengths);
        Differentiate(output, outputGradient, inputGradient);
        return inputGradient;
    }

    /// <summary>Computes the function.</summary>
    private protected abstract void Apply(DeviceTensor<T> input, DeviceTensor<T> output);

    /// <summary>Computes the gradient to the input from the function's result and the gradient to it.</summary>
    private protected abstract void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _output?.Dispose();
        _inputGradient?.Dispose();
        base.Dispose(disposing);
    }
}
