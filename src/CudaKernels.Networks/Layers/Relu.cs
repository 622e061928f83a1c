using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>y = max(x, 0), elementwise.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Relu<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _output;
    private DeviceTensor<T>? _inputGradient;

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = Resize(ref _output, input.Device, input.Lengths);
        input.Relu(output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var output = _output ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = Resize(ref _inputGradient, output.Device, output.Lengths);
        output.ReluGradient(outputGradient, inputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _output?.Dispose();
        _inputGradient?.Dispose();
        base.Dispose(disposing);
    }
}
