using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A layer that brings elements to mean 0 and variance 1 (RMS norm: to mean square 1), then scales and shifts them by what it learned.</summary>
/// <typeparam name="T">The element type.</typeparam>
public abstract class NormalizationLayer<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _input;

    /// <summary>Makes gamma of ones and, where it is wanted, beta of zeros.</summary>
    private protected NormalizationLayer(ComputeDevice device, int features, bool shifts, string name)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        var ones = device.CreateUninitializedTensor<T>([features]);
        ones.Fill(T.One);
        Gamma = new Parameter<T>($"{name}.gamma", ones);
        Beta = shifts ? new Parameter<T>($"{name}.beta", device.CreateZeros<T>([features])) : null;
        Parameters = Beta is null ? [Gamma] : [Gamma, Beta];
    }

    /// <summary>The factors, ones at first.</summary>
    public Parameter<T> Gamma { get; }

    /// <summary>What is added, zeros at first; null for an RMS norm.</summary>
    public Parameter<T>? Beta { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input has not as many features as the layer.</exception>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = OutputBuffer(input.Device, input.Lengths);
        Apply(input, output);
        _input = input;
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var input = _input ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var inputGradient = InputGradientBuffer(input.Device, input.Lengths);
        Differentiate(input, outputGradient, inputGradient);
        return inputGradient;
    }

    /// <summary>Computes the output.</summary>
    private protected abstract void Apply(DeviceTensor<T> input, DeviceTensor<T> output);

    /// <summary>Computes the gradients to the input and to the parameters.</summary>
    private protected abstract void Differentiate(DeviceTensor<T> input, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient);
}
