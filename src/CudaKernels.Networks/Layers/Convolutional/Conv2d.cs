using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A convolution over images: [batch, channels, height, width] (or channels last) to as many channels as filters.</summary>
/// <remarks>y = x ∗ w + b; see the operation <c>Conv2d</c> for the formula.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Conv2d<T> : ConvolutionLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes the layer with filters uniform in ±√(6 / inputs of a sum) (He et al. 2015) and biases 0.</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="size">The height and the width of a filter.</param>
    /// <param name="random">The source of the initial filters.</param>
    /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="ArgumentException">The groups do not divide channels and filters.</exception>
    public Conv2d(ComputeDevice device, int channels, int filters, (int Y, int X) size, Random random, Conv2dOptions? options = null, string name = "conv")
        : base(device, Filters(channels, filters, size, options ??= Conv2dOptions.Default), filters, channels / options.Groups * (double)size.Y * size.X, random, options, name)
    {
    }

    private static nint[] Filters(int channels, int filters, (int Y, int X) size, Conv2dOptions options)
    {
        Require(channels, filters, size, options.Groups);
        return FilterLengths(options, filters, channels / options.Groups, size);
    }

    private protected override nint[] OutputLengths(ReadOnlySpan<nint> input) => Options.OutputLengths(input, Weight.Value.Lengths);

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.Conv2d(Weight.Value, Bias.Value, output, Options);

    private protected override void DifferentiateWeight(DeviceTensor<T> input, DeviceTensor<T> outputGradient) => input.Conv2dWeightGradient(outputGradient, Weight.Gradient, Options);

    private protected override void DifferentiateInput(DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => outputGradient.Conv2dInputGradient(Weight.Value, inputGradient, Options);
}
