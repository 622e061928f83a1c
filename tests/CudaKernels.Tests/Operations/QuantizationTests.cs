using System.Numerics;

namespace CudaKernels.Tests.Operations;

/// <summary>Quantisation and the products of quantised operands, by hand and against sums of integers, and what they refuse.</summary>
public sealed class QuantizationTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TiesGoToTheEvenNeighbourAndTheEndsSaturate()
    {
        double[] x = [0, -0.0, 0.25, 0.75, 1.25, -0.25, -0.75, 0.3, 63.5, 63.6, 64, -63.5, -64, -1000, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        sbyte[] expected = [0, 0, 0, 2, 2, 0, -2, 1, 127, 127, 127, -127, -127, -127, 127, -127, 0];
        Check<float>();
        Check<double>();
        Check<Half>();
        Check<BFloat16>();

        void Check<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var scale = _device.CreateTensor<float>([0.5f], [1]);

            // Once in the loop's rest, once in its vectors.
            foreach (var repeats in new[] { 1, 9 })
            {
                var values = Enumerable.Repeat(x.Select(T.CreateTruncating), repeats).SelectMany(value => value).ToArray();
                using var tensor = _device.CreateTensor(values, [values.Length]);
                using var q = tensor.Quantize(scale);
                Assert.Equal(Enumerable.Repeat(expected, repeats).SelectMany(value => value), q.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(0, new sbyte[] { 1, 2, 3, 2, 2, 3 })]
    [InlineData(1, new sbyte[] { 1, 1, 2, 4, 2, 4 })]
    [InlineData(-1, new sbyte[] { 1, 1, 2, 4, 2, 4 })]
    public void EachChannelHasItsScale(int axis, sbyte[] expected)
    {
        // Rows of 1 and 2, or columns of 1, 2 and 1.5.
        using var x = _device.CreateTensor<float>([1, 2, 3, 4, 4, 6], [2, 3]);
        using var scale = _device.CreateTensor<float>(axis == 0 ? [1, 2] : [1, 2, 1.5f]);
        using var q = x.Quantize(scale, axis);
        Assert.Equal(expected, q.ToArray());
        using var back = q.Dequantize<double>(scale, axis);
        Assert.Equal(expected.Select((value, i) => value * (double)scale.ToArray()[axis == 0 ? i / 3 : i % 3]), back.ToArray());
    }

    [Fact]
    public void WhatComesBackIsHalfAStepAwayAtMost()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 3 * 70_000).Select(_ => (random.NextDouble() * 2) - 1).ToArray();
        float[] scales = [1 / 127f, 0.011f, 0.3f];
        using var x = _device.CreateTensor(values, [3, 70_000]);
        using var scale = _device.CreateTensor(scales);
        using var q = x.Quantize(scale);
        using var back = q.Dequantize<double>(scale);
        Assert.All(back.ToArray().Zip(values).Select((pair, i) => (pair.First, pair.Second, Scale: scales[i / 70_000])), element => Assert.InRange(Math.Abs(element.First - element.Second), 0, element.Scale * 0.5000001));
        Assert.Equal(scales[0] * 127.0, back.ToArray()[..70_000].Max(), 1e-9);
    }

    [Fact]
    public void AProductByHand()
    {
        using var a = _device.CreateTensor<sbyte>([1, 2, -3, 127, -128, 0], [2, 3]);
        using var b = _device.CreateTensor<sbyte>([1, 1, 1, -128, -128, 5, 0, 0, 0, -1, 2, 4], [4, 3]);
        using var scale = _device.CreateTensor<float>([0.5f]);
        using var scales = _device.CreateTensor<float>([1, 2, 4, 0.25f]);
        using var bias = _device.CreateTensor<float>([0.5f, 0, -1, 0]);
        using var y = a.QuantizedMatMul(scale, b, scales, bias);

        // Sums 0, -399, 0, -9 and -1, 128, 0, -383.
        Assert.Equal([0.5f, -399, -1, -1.125f, 0, 128, -1, -47.875f], y.ToArray());
        using var plain = a.QuantizedMatMul<double>(scale, b, scale);
        Assert.Equal([0, -99.75, 0, -2.25, -0.25, 32, 0, -95.75], plain.ToArray());
    }

    // At the longest sum that is allowed the extremes still fit, and one product more is refused.
    [Fact]
    public void TheLongestSumFits()
    {
        const int most = 131_071;
        using var a = _device.CreateTensor(Enumerable.Repeat((sbyte)-128, most).ToArray(), [1, most]);
        using var b = _device.CreateTensor([.. Enumerable.Repeat((sbyte)-128, most), .. Enumerable.Repeat((sbyte)127, most)], [2, most]);
        using var one = _device.CreateTensor<float>([1]);
        using var y = a.QuantizedMatMul<double>(one, b, one);
        Assert.Equal([most * 16384.0, most * -16256.0], y.ToArray());
        using var longer = _device.CreateZeros<sbyte>([1, most + 1]);
        Assert.Contains("131072", Assert.Throws<ArgumentException>(() => longer.QuantizedMatMul<double>(one, longer, one)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 0)]
    [InlineData(0, 4, 3)]
    [InlineData(7, 33, 257)]
    [InlineData(65, 67, 300)]
    [InlineData(700, 3, 9000)]
    [InlineData(2, 500, 1000)]
    public void SumsOfIntegersAreExactOnAnyNumberOfThreads(int m, int n, int k)
    {
        var random = new Random(m + n + k);
        var (left, right) = (Bytes(random, m * k), Bytes(random, n * k));
        var expected = new double[m * n];
        for (var i = 0; i < expected.Length; i++)
        {
            long sum = 0;
            for (var p = 0; p < k; p++)
            {
                sum += left[(i / n * k) + p] * right[(i % n * k) + p];
            }

            expected[i] = sum;
        }

        foreach (var threads in new[] { 1, 3 })
        {
            using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
            using var a = device.CreateTensor(left, [m, k]);
            using var b = device.CreateTensor(right, [n, k]);
            using var one = device.CreateTensor<float>([1]);
            using var y = a.QuantizedMatMul<double>(one, b, one);
            Assert.Equal([m, n], y.Lengths.ToArray());
            Assert.Equal(expected, y.ToArray());
        }
    }

    // A batch of rows, and operands that are views.
    [Fact]
    public void RowsMayHaveSeveralDimensions()
    {
        var random = new Random(3);
        var (left, right) = (Bytes(random, 2 * 3 * 4), Bytes(random, 4 * 5));
        using var a = _device.CreateTensor(left, [2, 3, 4]);
        using var rows = a.Reshape([6, 4]);
        using var turned = _device.CreateTensor(right, [4, 5]);
        using var b = turned.TransposeView();
        using var dense = b.Clone();
        using var one = _device.CreateTensor<float>([1]);
        using var y = a.QuantizedMatMul<float>(one, b, one);
        using var expected = rows.QuantizedMatMul<float>(one, dense, one);
        Assert.Equal([2, 3, 5], y.Lengths.ToArray());
        Assert.Equal(expected.ToArray(), y.ToArray());
    }

    [Fact]
    public void AConvolutionByHand()
    {
        // Two filters over one image of 2x3, padded below and above.
        using var x = _device.CreateTensor<sbyte>([1, -2, 3, 4, 127, -127], [1, 1, 2, 3]);
        using var w = _device.CreateTensor<sbyte>([1, 2, -1, 0, 0, 3, 127, -127], [2, 1, 2, 2]);
        using var scale = _device.CreateTensor<float>([0.5f]);
        using var scales = _device.CreateTensor<float>([2, 1]);
        using var bias = _device.CreateTensor<float>([1, -0.5f]);
        using var y = x.QuantizedConv2d(scale, w, scales, bias, new Conv2dOptions { Padding = (1, 0) });
        Assert.Equal([1, 2, 3, 2], y.Lengths.ToArray());

        // Sums -1, 2, -7, -123, 258, -127 and 381, -635, -15627, 32267, 381, -381.
        Assert.Equal([0, 3, -6, -122, 259, -126, 190, -318, -7814, 16133, 190, -191], y.ToArray());
    }

    [Theory]
    [InlineData(ImageLayout.ChannelsFirst, 1)]
    [InlineData(ImageLayout.ChannelsFirst, 2)]
    [InlineData(ImageLayout.ChannelsLast, 1)]
    [InlineData(ImageLayout.ChannelsLast, 2)]
    public void AConvolutionIsThatOfItsNumbers(ImageLayout layout, int groups)
    {
        var random = new Random(groups);
        var options = new Conv2dOptions { Layout = layout, Groups = groups, Stride = (2, 1), Padding = (1, 2), Dilation = (1, 2) };
        nint[] images = layout == ImageLayout.ChannelsLast ? [2, 40, 30, 4] : [2, 4, 40, 30];
        nint[] filters = layout == ImageLayout.ChannelsLast ? [6, 3, 2, 4 / groups] : [6, 4 / groups, 3, 2];
        using var x = _device.CreateTensor(Bytes(random, 2 * 4 * 40 * 30), images);
        using var w = _device.CreateTensor(Bytes(random, 6 * 6 * 4 / groups), filters);
        using var one = _device.CreateTensor<float>([1]);
        using var wideX = x.Cast<double>();
        using var wideW = w.Cast<double>();
        using var expected = wideX.Conv2d(wideW, null, options);
        using var y = x.QuantizedConv2d<double>(one, w, one, null, options);
        Assert.Equal(expected.Lengths.ToArray(), y.Lengths.ToArray());
        Assert.Equal(expected.ToArray(), y.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 3]);
        using var q = _device.CreateZeros<sbyte>([2, 3]);
        using var turned = _device.CreateZeros<sbyte>([3, 2]);
        using var one = _device.CreateTensor<float>([1]);
        using var two = _device.CreateTensor<float>([1, 1]);
        using var four = _device.CreateZeros<float>([4]);
        using var column = _device.CreateZeros<float>([2, 1]);
        using var other = new CpuDevice();
        using var elsewhere = other.CreateTensor<float>([1]);
        Refuses(() => x.Quantize(four), "[2, 3]", "[4]");
        Refuses(() => x.Quantize(two, axis: 1), "dimension 1", "[2]");
        Refuses(() => x.Quantize(column), "[2, 1]");
        Refuses(() => x.Quantize(one, turned), "[2, 3]", "[3, 2]");
        Refuses(() => x.Quantize(elsewhere), "copy one of them");
        Refuses(() => q.Dequantize<float>(four), "[4]");
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Quantize(two, axis: 2));

        using var wide = _device.CreateZeros<sbyte>([4, 5]);
        using var b = _device.CreateZeros<sbyte>([4, 3]);
        Refuses(() => q.QuantizedMatMul<float>(one, wide, one), "[2, 3]", "[4, 5]");
        Refuses(() => q.QuantizedMatMul<float>(two, b, one), "[1]", "[2]");
        Refuses(() => q.QuantizedMatMul<float>(one, b, two), "[4]", "[2]");
        Refuses(() => q.QuantizedMatMul(one, b, four, two), "[4]", "[2]");
        Refuses(() => q.QuantizedMatMul(one, b, four, null, x), "[2, 4]", "[2, 3]");
        Refuses(() => q.QuantizedMatMul<float>(elsewhere, b, one), "copy one of them");
        using var memory = _device.CreateZeros<float>([8]);
        using var place = memory.Reshape([2, 4]);
        using var inside = memory.Slice(2..6);
        Refuses(() => q.QuantizedMatMul(one, b, inside, null, place), "overlaps");
        Refuses(() => q.QuantizedMatMul(one, b, one, inside, place), "overlaps");

        using var images = _device.CreateZeros<sbyte>([1, 2, 4, 4]);
        using var filters = _device.CreateZeros<sbyte>([3, 2, 3, 3]);
        using var large = _device.CreateZeros<sbyte>([3, 2, 5, 3]);
        Refuses(() => images.QuantizedConv2d<float>(one, q, one), "[2, 3]");
        Refuses(() => images.QuantizedConv2d<float>(one, large, one), "height 5");
        Refuses(() => images.QuantizedConv2d<float>(one, filters, two), "[3]", "[2]");
        Refuses(() => images.QuantizedConv2d(one, filters, one, four), "[3]", "[4]");

        static void Refuses(Action mistake, params string[] named)
        {
            var message = Assert.Throws<ArgumentException>(mistake).Message;
            Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    private static sbyte[] Bytes(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-128, 128))];
}
