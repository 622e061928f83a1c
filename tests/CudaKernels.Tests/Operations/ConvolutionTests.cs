namespace CudaKernels.Tests.Operations;

/// <summary>The convolution's gradients against differences of the convolution, and what it refuses.</summary>
public sealed class ConvolutionTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void GradientsAreThoseOfTheConvolution(int seed)
    {
        var random = new Random(seed);
        var groups = random.Next(1, 3);
        var options = new Conv2dOptions
        {
            Stride = (random.Next(1, 4), random.Next(1, 3)),
            Padding = (random.Next(0, 3), random.Next(0, 2)),
            Dilation = (random.Next(1, 3), random.Next(1, 3)),
            Groups = groups,
            Layout = seed % 2 == 0 ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast,
        };
        nint[] images = [random.Next(1, 3), groups * random.Next(1, 3), random.Next(5, 8), random.Next(5, 8)];
        nint[] filters = [groups * random.Next(1, 3), images[1] / groups, random.Next(1, 4), random.Next(1, 3)];
        using var x = CentralDifferences.Random(_device, random, Order(options, images));
        using var w = CentralDifferences.Random(_device, random, Order(options, filters));
        using var y = x.Conv2d(w, null, options);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var dw = _device.CreateZeros<double>(w.Lengths);
        dy.Conv2dInputGradient(w, dx, options);
        x.Conv2dWeightGradient(dy, dw, options);
        CentralDifferences.Verify(x, dx.ToArray(), Value);
        CentralDifferences.Verify(w, dw.ToArray(), Value);

        double Value()
        {
            x.Conv2d(w, null, y, options);
            return CentralDifferences.Dot(y, dy);
        }
    }

    // Of a stride of 1, which the managed device computes without columns: slabs, panels and blocks of taps that are not full, padding of all widths.
    [Theory]
    [InlineData(1, 1, 1, 1, 4, 1, 1, 0, 0, 1, 1)]
    [InlineData(1, 3, 6, 5, 4, 3, 3, 0, 0, 1, 1)]
    [InlineData(3, 31, 13, 11, 14, 3, 3, 1, 1, 1, 1)]
    [InlineData(2, 4, 9, 10, 26, 5, 5, 2, 2, 1, 2)]
    [InlineData(1, 6, 8, 12, 8, 3, 2, 2, 1, 2, 2)]
    [InlineData(2, 2, 7, 9, 5, 1, 1, 1, 2, 1, 1)]
    [InlineData(1, 2, 3, 40, 13, 3, 3, 3, 0, 1, 1)]
    [InlineData(1, 300, 40, 37, 5, 3, 3, 1, 1, 1, 1)]
    public void AStrideOfOneIsItsDefinition(int images, int channels, int height, int width, int filters, int filterHeight, int filterWidth, int paddingY, int paddingX, int dilation, int groups)
    {
        var options = new Conv2dOptions { Padding = (paddingY, paddingX), Dilation = (dilation, dilation), Groups = groups };
        var random = new Random(1);
        using var x = CentralDifferences.Random(_device, random, [images, channels, height, width]);
        using var w = CentralDifferences.Random(_device, random, [filters, channels / groups, filterHeight, filterWidth]);
        using var bias = CentralDifferences.Random(_device, random, [filters]);
        using var y = x.Conv2d(w, bias, options);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        dy.Conv2dInputGradient(w, dx, options);
        var (outHeight, outWidth) = ((int)y.Lengths[2], (int)y.Lengths[3]);
        var (image, filter, shift, gradient) = (x.ToArray(), w.ToArray(), bias.ToArray(), dy.ToArray());
        var (result, back) = (new double[gradient.Length], new double[image.Length]);
        for (var at = 0; at < result.Length; at++)
        {
            var (n, f, p, q) = (at / outWidth / outHeight / filters, at / outWidth / outHeight % filters, at / outWidth % outHeight, at % outWidth);
            result[at] = shift[f];
            for (var tap = 0; tap < channels / groups * filterHeight * filterWidth; tap++)
            {
                var (c, r, s) = (tap / filterWidth / filterHeight, tap / filterWidth % filterHeight, tap % filterWidth);
                var (row, column) = (p - paddingY + (r * dilation), q - paddingX + (s * dilation));
                if (row >= 0 && row < height && column >= 0 && column < width)
                {
                    var from = (((((n * channels) + (f / (filters / groups) * (channels / groups)) + c) * height) + row) * width) + column;
                    var weight = filter[(f * (channels / groups) * filterHeight * filterWidth) + tap];
                    result[at] += weight * image[from];
                    back[from] += weight * gradient[at];
                }
            }
        }

        Assert.Equal(result, y.ToArray(), (left, right) => Math.Abs(left - right) <= 1e-10);
        Assert.Equal(back, dx.ToArray(), (left, right) => Math.Abs(left - right) <= 1e-10);
        using var narrow = x.Cast<Half>();
        using var narrowFilters = w.Cast<Half>();
        using var narrowBias = bias.Cast<Half>();
        using var rounded = narrow.Conv2d(narrowFilters, narrowBias, options).Cast<double>();
        Assert.Equal(result, rounded.ToArray(), (left, right) => Math.Abs(left - right) <= 0.05 * (1 + Math.Abs(left)));
    }

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 1, 2, 2)]
    public void TheTransposedConvolutionUndoesTheShape(int stride, int padding, int dilation, int outputPadding)
    {
        var options = new Conv2dOptions { Stride = (stride, stride), Padding = (padding, padding), Dilation = (dilation, dilation) };
        using var x = _device.CreateZeros<float>([2, 5, 4, 6]);
        using var w = _device.CreateZeros<float>([5, 3, 3, 3]);
        using var y = x.ConvTranspose2d(w, null, options, (outputPadding, outputPadding));
        using var back = y.Conv2d(w.Device.CreateZeros<float>([5, 3, 3, 3]), null, options);
        Assert.Equal(x.Lengths.ToArray(), back.Lengths.ToArray());
    }

    [Fact]
    public void AnImageOfItsOwnSizeIsAProduct()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3, 4], [1, 1, 2, 2]);
        using var w = _device.CreateTensor<float>([10, 20, 30, 40], [1, 1, 2, 2]);
        using var bias = _device.CreateTensor<float>([1]);
        using var y = x.Conv2d(w, bias);
        Assert.Equal([1, 1, 1, 1], y.Lengths.ToArray());
        Assert.Equal([301f], y.ToArray());
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        var random = new Random(3);
        var images = Enumerable.Range(0, 5 * 6 * 9 * 9).Select(_ => (float)random.NextDouble()).ToArray();
        var filters = Enumerable.Range(0, 7 * 6 * 3 * 3).Select(_ => (float)random.NextDouble()).ToArray();
        Assert.Equal(All(one), All(_device));

        float[] All(ComputeDevice device)
        {
            using var x = device.CreateTensor(images, [5, 6, 9, 9]);
            using var w = device.CreateTensor(filters, [7, 6, 3, 3]);
            using var y = x.Conv2d(w);
            using var dx = device.CreateZeros<float>(x.Lengths);
            using var dw = device.CreateZeros<float>(w.Lengths);
            y.Conv2dInputGradient(w, dx);
            x.Conv2dWeightGradient(y, dw);
            return [.. y.ToArray(), .. dx.ToArray(), .. dw.ToArray()];
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 4, 5, 5]);
        using var w = _device.CreateZeros<float>([6, 4, 3, 3]);
        using var y = _device.CreateZeros<float>([2, 6, 3, 3]);
        using var row = _device.CreateZeros<float>([4]);
        using var large = _device.CreateZeros<float>([6, 4, 7, 3]);
        Refuses(() => x.Conv2d(row), "[2, 4, 5, 5]", "[4]");
        Refuses(() => x.Conv2d(w, row), "[6]", "[4]");
        Refuses(() => x.Conv2d(w, null, x), "[2, 6, 3, 3]", "[2, 4, 5, 5]");
        Refuses(() => x.Conv2d(w, null, new Conv2dOptions { Groups = 3 }), "3 group(s)", "4 channels");
        Refuses(() => x.Conv2d(large), "height 7", "height 5");
        Refuses(() => y.Conv2dInputGradient(w, y), "channels");
        Refuses(() => x.Conv2dWeightGradient(x, w), "[2, 6, 3, 3]", "[2, 4, 5, 5]");
        Refuses(() => y.ConvTranspose2d(w, null, null, (1, 0)), "(1, 0)");
        Assert.Contains("0", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2dOptions { Stride = (0, 1) }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2dOptions { Padding = (0, -1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2dOptions { Dilation = (1, 0) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2dOptions { Groups = 0 });

        static void Refuses(Action mistake, params string[] named)
        {
            var message = Assert.Throws<ArgumentException>(mistake).Message;
            Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    private static nint[] Order(Conv2dOptions options, nint[] lengths) => options.Layout == ImageLayout.ChannelsLast ? [lengths[0], lengths[2], lengths[3], lengths[1]] : lengths;
}
