using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A trained layer whose weights are 8-bit integers, with a scale for each channel of the output; its inputs are quantised as they come, with one scale. It cannot be trained.</summary>
/// <typeparam name="T">The element type of inputs, outputs and bias.</typeparam>
public abstract class QuantizedLayer<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly (string Weight, string Bias) _names;
    private DeviceTensor<sbyte>? _quantized;

    /// <summary>Quantises the weights, whose first dimension is that of the channels, and copies the bias: nothing is shared with the trained layer.</summary>
    private protected QuantizedLayer(Parameter<T> weight, Parameter<T> bias, float inputScale)
    {
        if (!(inputScale > 0 && float.IsFinite(inputScale)))
        {
            throw new ArgumentOutOfRangeException(nameof(inputScale), inputScale, "a scale is a number above 0");
        }

        var device = weight.Value.Device;
        _names = (weight.Name, bias.Name);
        WeightScale = Lasting.Keep(device.CreateTensor(ChannelScales(weight.Value), [weight.Value.Lengths[0]]));
        Weight = Lasting.Keep(weight.Value.Quantize(WeightScale));
        Bias = Lasting.Keep(bias.Value.Clone());
        InputScale = Lasting.Keep(device.CreateTensor<float>([inputScale], [1]));
    }

    /// <summary>The weights, [channels, …].</summary>
    public DeviceTensor<sbyte> Weight { get; }

    /// <summary>What a step of the weights is worth, [channels].</summary>
    public DeviceTensor<float> WeightScale { get; }

    /// <summary>The bias, [channels].</summary>
    public DeviceTensor<T> Bias { get; }

    /// <summary>What a step of the quantised input is worth, [1].</summary>
    public DeviceTensor<float> InputScale { get; }

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = OutputBuffer(input.Device, OutputLengths(input.Lengths));
        var quantized = Resize(ref _quantized, input.Device, input.Lengths);
        input.Quantize(InputScale, quantized);
        Apply(quantized, output);
        return output;
    }

    /// <summary>Not possible: rounded weights have no gradient.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient) =>
        throw new InvalidOperationException("a quantised layer has no gradient: train the layer that it was made from, and quantise that again");

    /// <summary>Names weights, bias and scales.</summary>
    public override void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.AddTensor(_names.Weight, Weight);
        state.AddTensor($"{_names.Weight}_scale", WeightScale);
        state.AddTensor(_names.Bias, Bias);
        state.AddTensor($"{_names.Weight}_input_scale", InputScale);
    }

    /// <summary>The lengths of the output for an input.</summary>
    private protected abstract nint[] OutputLengths(ReadOnlySpan<nint> input);

    /// <summary>Computes the output.</summary>
    private protected abstract void Apply(DeviceTensor<sbyte> input, DeviceTensor<T> output);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Weight.Dispose();
        WeightScale.Dispose();
        Bias.Dispose();
        InputScale.Dispose();
        _quantized?.Dispose();
        base.Dispose(disposing);
    }

    // The largest magnitude of a channel is 127 steps.
    private static float[] ChannelScales(DeviceTensor<T> weight)
    {
        var values = weight.ToArray();
        var scales = new float[weight.Lengths[0]];
        var length = values.Length / scales.Length;
        for (var channel = 0; channel < scales.Length; channel++)
        {
            scales[channel] = Calibrator.ScaleOf(Calibrator.Magnitudes<T>(values.AsSpan(channel * length, length)).DefaultIfEmpty().Max());
        }

        return scales;
    }
}
