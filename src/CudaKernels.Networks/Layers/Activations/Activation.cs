using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A function of every element whose derivative follows from its result.</summary>
/// <typeparam name="T">The element type.</typeparam>
public abstract class Activation<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _output;

    private protected Activation()
    {
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = OutputBuffer(input.Device, input.Lengths);
        Apply(input, output);
        _output = output;
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var output = _output ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = InputGradientBuffer(output.Device, output.Lengths);
        Differentiate(output, outputGradient, inputGradient);
        return inputGradient;
    }

    /// <summary>Computes the function.</summary>
    private protected abstract void Apply(DeviceTensor<T> input, DeviceTensor<T> output);

    /// <summary>Computes the gradient to the input from the function's result and the gradient to it.</summary>
    private protected abstract void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient);
}
