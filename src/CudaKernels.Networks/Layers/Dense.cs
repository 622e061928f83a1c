using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A fully connected layer: y = x·Wᵀ + b, with x [batch, inputs], W [outputs, inputs], b [outputs].</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Dense<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _input;

    /// <summary>Makes the layer with weights uniform in ±√(6 / inputs) (He et al. 2015) and biases 0.</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="inputs">Features of the input.</param>
    /// <param name="outputs">Features of the output.</param>
    /// <param name="random">The source of the initial weights.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    public Dense(ComputeDevice device, int inputs, int outputs, Random random, string name = "dense")
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Weight = new Parameter<T>($"{name}.weight", InitialValues.Uniform<T>(device, random, InitialValues.He(inputs), [outputs, inputs]));
        Bias = new Parameter<T>($"{name}.bias", device.CreateZeros<T>([outputs]));
        Parameters = [Weight, Bias];
    }

    /// <summary>W, [outputs, inputs].</summary>
    public Parameter<T> Weight { get; }

    /// <summary>b, [outputs].</summary>
    public Parameter<T> Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        var output = OutputBuffer(input.Device, [input.Lengths[0], Bias.Value.Lengths[0]]);
        input.MatMul(Weight.Value, output, transposeB: true);
        output.AddBias(Bias.Value, output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var input = _input ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        outputGradient.MatMul(input, Weight.Gradient, transposeA: true);
        outputGradient.Sum([0], Bias.Gradient);
        var inputGradient = InputGradientBuffer(input.Device, input.Lengths);
        outputGradient.MatMul(Weight.Value, inputGradient);
        return inputGradient;
    }
}
