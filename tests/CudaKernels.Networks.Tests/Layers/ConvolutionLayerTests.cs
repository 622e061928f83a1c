using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>Layers over images against central differences, in both layouts.</summary>
public sealed class ConvolutionLayerTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public static TheoryData<ImageLayout, int> LayoutsAndSeeds => new MatrixTheoryData<ImageLayout, int>([ImageLayout.ChannelsFirst, ImageLayout.ChannelsLast], [1, 2, 3]);

    public static TheoryData<ImageLayout> Layouts => [ImageLayout.ChannelsFirst, ImageLayout.ChannelsLast];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(LayoutsAndSeeds))]
    public void AConvolutionHasItsGradients(ImageLayout layout, int seed)
    {
        var random = new Random(seed);
        var groups = random.Next(1, 3);
        var options = new Conv2dOptions
        {
            Stride = (random.Next(1, 3), random.Next(1, 3)),
            Padding = (random.Next(0, 2), random.Next(0, 3)),
            Dilation = (random.Next(1, 3), 1),
            Groups = groups,
            Layout = layout,
        };
        using var layer = new Conv2d<double>(_device, groups * 2, groups * 3, (2, 3), random, options);
        using var x = Images(random, layout, 2, groups * 2, 5, 6);
        SetBias(layer, random);
        var lengths = LayerGradient.Verify(layer, x, random);
        Assert.Equal(options.OutputLengths(x.Lengths, layer.Weight.Value.Lengths), lengths);
        Assert.Equal(groups * 3, lengths[layout == ImageLayout.ChannelsLast ? 3 : 1]);
    }

    [Theory]
    [MemberData(nameof(LayoutsAndSeeds))]
    public void ATransposedConvolutionHasItsGradients(ImageLayout layout, int seed)
    {
        var random = new Random(seed);
        var (groups, stride) = (random.Next(1, 3), random.Next(2, 4));
        var options = new Conv2dOptions { Stride = (stride, 2), Padding = (1, random.Next(0, 2)), Groups = groups, Layout = layout };
        using var layer = new ConvTranspose2d<double>(_device, groups * 2, groups * 3, (4, 3), random, options, (stride - 1, 1));
        using var x = Images(random, layout, 2, groups * 2, 3, 4);
        SetBias(layer, random);
        var lengths = LayerGradient.Verify(layer, x, random);
        var (row, column) = layout == ImageLayout.ChannelsLast ? (1, 2) : (2, 3);
        Assert.Equal(groups * 3, lengths[layout == ImageLayout.ChannelsLast ? 3 : 1]);
        Assert.Equal((2 * stride) - 2 + 4 + stride - 1, lengths[row]);
        Assert.Equal(6 - (2 * options.Padding.X) + 3 + 1, lengths[column]);
    }

    [Fact]
    public void ATransposedConvolutionUndoesTheShapeOfTheConvolution()
    {
        var options = new Conv2dOptions { Stride = (2, 2), Padding = (2, 2) };
        using var down = new Conv2d<double>(_device, 1, 3, (5, 5), new Random(1), options);
        using var up = new ConvTranspose2d<double>(_device, 3, 1, (5, 5), new Random(1), options, (1, 1));
        using var x = _device.CreateZeros<double>([2, 1, 28, 28]);
        var small = down.Forward(x);
        Assert.Equal([2, 3, 14, 14], small.Lengths.ToArray());
        Assert.Equal(x.Lengths.ToArray(), up.Forward(small).Lengths.ToArray());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void PoolingsHaveTheirGradients(ImageLayout layout)
    {
        var random = new Random(1);
        var options = new Pool2dOptions((3, 2)) { Stride = (2, 2), Padding = (1, 0), Layout = layout };
        using var x = Images(random, layout, 2, 3, 5, 6);
        using var max = new MaxPool2d<double>(options);
        using var mean = new AveragePool2d<double>(options with { CountsPadding = false });
        Assert.Equal(options.OutputLengths(x.Lengths), LayerGradient.Verify(max, x, random));
        Assert.Equal(options.OutputLengths(x.Lengths), LayerGradient.Verify(mean, x, random));
    }

    [Fact]
    public void ANetworkOfThemHasItsGradients()
    {
        var random = new Random(4);
        using var network = new Sequential<double>(
            new Reshape<double>(1, 6, 6),
            new Conv2d<double>(_device, 1, 2, (3, 3), random, new Conv2dOptions { Padding = (1, 1) }),
            new MaxPool2d<double>(new Pool2dOptions(2)),
            new LeakyRelu<double>(0.2),
            new ConvTranspose2d<double>(_device, 2, 2, (3, 3), random),
            new Sigmoid<double>(),
            new Flatten<double>(),
            new Dense<double>(_device, 2 * 5 * 5, 3, random),
            new Tanh<double>());
        using var x = CentralDifferences.Random(_device, random, [2, 36]);
        Assert.Equal([2, 3], LayerGradient.Verify(network, x, random));
    }

    // Buffers follow the batch; what a smaller batch leaves in them does not count.
    [Fact]
    public void TheBatchMayChange()
    {
        var random = new Random(5);
        using var layer = new Conv2d<double>(_device, 1, 2, (3, 3), random);
        using var pool = new MaxPool2d<double>(new Pool2dOptions(2));
        using var large = CentralDifferences.Random(_device, random, [3, 1, 4, 4]);
        using var small = large.Slice(..1);
        var first = pool.Forward(layer.Forward(large)).ToArray();
        layer.Backward(pool.Backward(pool.Forward(layer.Forward(small))));
        Assert.Equal(first[..2], pool.Forward(layer.Forward(small)).ToArray());
        Assert.Equal([1, 1, 4, 4], layer.Backward(pool.Backward(pool.Forward(layer.Forward(small)))).Lengths.ToArray());
        Assert.Equal(first, pool.Forward(layer.Forward(large)).ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var random = new Random(6);
        using var layer = new Conv2d<double>(_device, 2, 2, (3, 3), random);
        using var matrix = _device.CreateZeros<double>([4, 2]);
        using var tiny = _device.CreateZeros<double>([1, 2, 2, 2]);
        using var images = _device.CreateZeros<double>([1, 2, 4, 4]);
        Assert.Contains("[4, 2]", Assert.Throws<ArgumentException>(() => layer.Forward(matrix)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => layer.Forward(tiny));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(images));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d<double>(_device, 0, 1, (1, 1), random));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTranspose2d<double>(_device, 1, 1, (1, 0), random));
        Assert.Throws<ArgumentException>(() => new Conv2d<double>(_device, 3, 2, (1, 1), random, new Conv2dOptions { Groups = 2 }));
        using var pool = new MaxPool2d<double>(new Pool2dOptions(3));
        Assert.Throws<ArgumentException>(() => pool.Forward(tiny));
        Assert.Throws<InvalidOperationException>(() => pool.Backward(tiny));
        using var transposed = new ConvTranspose2d<double>(_device, 2, 2, (3, 3), random, outputPadding: (1, 0));
        Assert.Contains("(1, 0)", Assert.Throws<ArgumentException>(() => transposed.Forward(images)).Message, StringComparison.Ordinal);
        using var reshape = new Reshape<double>(3);
        Assert.Throws<ArgumentException>(() => reshape.Forward(images));
    }

    private static void SetBias(ConvolutionLayer<double> layer, Random random)
    {
        using var bias = CentralDifferences.Random(layer.Bias.Value.Device, random, layer.Bias.Value.Lengths);
        bias.CopyTo(layer.Bias.Value);
    }

    private DeviceTensor<double> Images(Random random, ImageLayout layout, nint images, nint channels, nint height, nint width) =>
        CentralDifferences.Random(_device, random, layout == ImageLayout.ChannelsLast ? [images, height, width, channels] : [images, channels, height, width]);
}
