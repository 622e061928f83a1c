using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A convolution of 8-bit integers, the sums exact in 32 bits; see the operation <c>QuantizedConv2d</c> for the formula.</summary>
/// <typeparam name="T">The element type of inputs, outputs and bias.</typeparam>
public sealed class QuantizedConv2d<T> : QuantizedLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Quantises a trained layer, which is not changed and may be disposed.</summary>
    /// <param name="trained">The layer.</param>
    /// <param name="inputScale">What a step of the input is worth, such as from a <see cref="Calibrator"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is no number above 0.</exception>
    public QuantizedConv2d(Conv2d<T> trained, float inputScale)
        : base((trained ?? throw new ArgumentNullException(nameof(trained))).Weight, trained.Bias, inputScale)
    {
        Options = trained.Options;
    }

    /// <summary>Stride, padding, dilation, groups and layout.</summary>
    public Conv2dOptions Options { get; }

    private protected override nint[] OutputLengths(ReadOnlySpan<nint> input) => Options.OutputLengths(input, Weight.Lengths);

    private protected override void Apply(DeviceTensor<sbyte> input, DeviceTensor<T> output) => input.QuantizedConv2d(InputScale, Weight, WeightScale, Bias, output, Options);
}
