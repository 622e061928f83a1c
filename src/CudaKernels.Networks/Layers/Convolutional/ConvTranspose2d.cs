using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A transposed convolution over images: with a stride above 1 it makes them larger.</summary>
/// <remarks>The output has (length - 1)·stride - 2·padding + dilation·(filter - 1) + 1 + output padding rows, and columns likewise; see the operation <c>ConvTranspose2d</c>.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public sealed class ConvTranspose2d<T> : ConvolutionLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes the layer with filters uniform in ±√(6 / inputs of a sum) (He et al. 2015), of which a stride leaves one in stride², and biases 0.</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="size">The height and the width of a filter.</param>
    /// <param name="random">The source of the initial filters.</param>
    /// <param name="options">Stride, padding, dilation, groups and layout of the convolution that is transposed; null for the defaults.</param>
    /// <param name="outputPadding">Rows and columns more than the smallest output that fits; below the stride.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="ArgumentException">The groups do not divide channels and filters.</exception>
    public ConvTranspose2d(ComputeDevice device, int channels, int filters, (int Y, int X) size, Random random, Conv2dOptions? options = null, (int Y, int X) outputPadding = default, string name = "conv_transpose")
        : base(device, Filters(channels, filters, size, options ??= Conv2dOptions.Default), filters, Inputs(channels, size, options), random, options, name)
    {
        OutputPadding = outputPadding;
    }

    /// <summary>Rows and columns more than the smallest output that fits.</summary>
    public (int Y, int X) OutputPadding { get; }

    private static nint[] Filters(int channels, int filters, (int Y, int X) size, Conv2dOptions options)
    {
        Require(channels, filters, size, options.Groups);
        return FilterLengths(options, channels, filters / options.Groups, size);
    }

    private static double Inputs(int channels, (int Y, int X) size, Conv2dOptions options) =>
        channels / options.Groups * Math.Max((double)size.Y / options.Stride.Y, 1) * Math.Max((double)size.X / options.Stride.X, 1);

    private protected override nint[] OutputLengths(ReadOnlySpan<nint> input) => Options.TransposedOutputLengths(input, Weight.Value.Lengths, OutputPadding);

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.ConvTranspose2d(Weight.Value, Bias.Value, output, Options);

    private protected override void DifferentiateWeight(DeviceTensor<T> input, DeviceTensor<T> outputGradient) => outputGradient.Conv2dWeightGradient(input, Weight.Gradient, Options);

    private protected override void DifferentiateInput(DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => outputGradient.Conv2d(Weight.Value, null, inputGradient, Options);
}
