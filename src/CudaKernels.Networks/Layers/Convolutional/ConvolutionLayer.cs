using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A layer of trained filters and biases that goes over images, forwards or transposed.</summary>
/// <typeparam name="T">The element type.</typeparam>
public abstract class ConvolutionLayer<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _input;
    private DeviceTensor<T>? _planeSums;

    /// <summary>Makes the filters, uniform in ±√(6 / inputs) (He et al. 2015), and biases of 0.</summary>
    private protected ConvolutionLayer(ComputeDevice device, ReadOnlySpan<nint> filters, int biases, double inputs, Random random, Conv2dOptions options, string name)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(random);
        Options = options;
        Weight = new Parameter<T>($"{name}.weight", InitialValues.Uniform<T>(device, random, InitialValues.He(inputs), filters));
        Bias = new Parameter<T>($"{name}.bias", device.CreateZeros<T>([biases]));
        Parameters = [Weight, Bias];
    }

    /// <summary>Stride, padding, dilation, groups and layout.</summary>
    public Conv2dOptions Options { get; }

    /// <summary>The filters, in the order of the layout.</summary>
    public Parameter<T> Weight { get; }

    /// <summary>One for each channel of the output.</summary>
    public Parameter<T> Bias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input has not four dimensions, or the filters do not fit it.</exception>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = OutputBuffer(input.Device, OutputLengths(input.Lengths));
        _input = input;
        Apply(input, output);
        return output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var input = _input ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        DifferentiateWeight(input, outputGradient);
        DifferentiateBias(outputGradient);
        var inputGradient = InputGradientBuffer(input.Device, input.Lengths);
        DifferentiateInput(outputGradient, inputGradient);
        return inputGradient;
    }

    /// <summary>The lengths of the output for an input.</summary>
    private protected abstract nint[] OutputLengths(ReadOnlySpan<nint> input);

    /// <summary>Computes the output.</summary>
    private protected abstract void Apply(DeviceTensor<T> input, DeviceTensor<T> output);

    /// <summary>Computes the gradient to the filters.</summary>
    private protected abstract void DifferentiateWeight(DeviceTensor<T> input, DeviceTensor<T> outputGradient);

    /// <summary>Computes the gradient to the input.</summary>
    private protected abstract void DifferentiateInput(DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient);

    /// <summary>The lengths of filters in the order of a layout.</summary>
    private protected static nint[] FilterLengths(Conv2dOptions options, int filters, int channels, (int Y, int X) size) =>
        options.Layout == ImageLayout.ChannelsLast ? [filters, size.Y, size.X, channels] : [filters, channels, size.Y, size.X];

    /// <summary>Refuses sizes that make no filters.</summary>
    private protected static void Require(int channels, int filters, (int Y, int X) size, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        if (size.Y < 1 || size.X < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "a filter has a row and a column at least");
        }

        if (channels % groups != 0 || filters % groups != 0)
        {
            throw new ArgumentException($"{groups} groups do not divide {channels} channels and {filters} filters", nameof(groups));
        }
    }

    // Along each image first: a sum over dimensions that are not neighbours would copy the gradient in order.
    private void DifferentiateBias(DeviceTensor<T> outputGradient)
    {
        var lengths = outputGradient.Lengths;
        if (Options.Layout == ImageLayout.ChannelsLast)
        {
            outputGradient.Sum([0, 1, 2], Bias.Gradient);
            return;
        }

        var sums = Resize(ref _planeSums, outputGradient.Device, lengths[..2]);
        outputGradient.Sum([2, 3], sums);
        sums.Sum([0], Bias.Gradient);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _planeSums?.Dispose();
        base.Dispose(disposing);
    }
}
