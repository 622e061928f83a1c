namespace CudaKernels.Tests.Operations;

/// <summary>The normalisations' gradients against differences of the normalisations, threads, and what they refuse.</summary>
public sealed class NormalizationTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void GradientsAreThoseOfTheSoftmaxes(int axis)
    {
        var random = new Random(axis);
        using var x = CentralDifferences.Random(_device, random, [3, 4, 11]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var y = x.Softmax(axis);
        using var dx = y.SoftmaxGradient(dy, axis);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.Softmax(y, axis)));
        x.LogSoftmax(y, axis);
        y.LogSoftmaxGradient(dy, dx, axis);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.LogSoftmax(y, axis)));

        double Dot(Action forward)
        {
            forward();
            return CentralDifferences.Dot(y, dy);
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(5, 9)]
    [InlineData(4, 19)]
    public void GradientsAreThoseOfTheRowNorms(int rows, int columns)
    {
        var random = new Random(columns);
        using var x = CentralDifferences.Random(_device, random, [rows, columns]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var gamma = CentralDifferences.Random(_device, random, [columns]);
        using var beta = CentralDifferences.Random(_device, random, [columns]);
        using var y = _device.CreateZeros<double>(x.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var dgamma = _device.CreateZeros<double>(gamma.Lengths);
        using var dbeta = _device.CreateZeros<double>(beta.Lengths);
        x.LayerNormGradient(dy, gamma, dx, dgamma, dbeta, 0.1);
        Verify(() => x.LayerNorm(gamma, beta, y, 0.1), y, dy, (x, dx), (gamma, dgamma), (beta, dbeta));
        x.LayerNormGradient(dy, null, dx, null, null, 0.1);
        Verify(() => x.LayerNorm(null, beta, y, 0.1), y, dy, (x, dx));
        x.RmsNormGradient(dy, gamma, dx, dgamma, 0.1);
        Verify(() => x.RmsNorm(gamma, y, 0.1), y, dy, (x, dx), (gamma, dgamma));
    }

    [Theory]
    [InlineData(ImageLayout.ChannelsFirst, 3, 4, 19)]
    [InlineData(ImageLayout.ChannelsFirst, 7, 5, 1)]
    [InlineData(ImageLayout.ChannelsLast, 3, 4, 5)]
    public void GradientsAreThoseOfTheBatchNorm(ImageLayout layout, int images, int channels, int spatial)
    {
        var random = new Random(spatial);
        var options = new BatchNormOptions { Epsilon = 0.1, Layout = layout };
        using var x = CentralDifferences.Random(_device, random, layout == ImageLayout.ChannelsFirst ? [images, channels, spatial] : [images, spatial, channels]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var gamma = CentralDifferences.Random(_device, random, [channels]);
        using var beta = CentralDifferences.Random(_device, random, [channels]);
        using var statistics = _device.CreateZeros<double>([channels, 2]);
        using var y = _device.CreateZeros<double>(x.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var dgamma = _device.CreateZeros<double>(gamma.Lengths);
        using var dbeta = _device.CreateZeros<double>(beta.Lengths);
        x.BatchNorm(gamma, beta, y, statistics, null, null, options);
        x.BatchNormGradient(dy, statistics, gamma, dx, dgamma, dbeta, options);
        Verify(() => x.BatchNorm(gamma, beta, y, statistics, null, null, options), y, dy, (x, dx), (gamma, dgamma), (beta, dbeta));
        x.BatchNorm(null, beta, y, statistics, null, null, options);
        x.BatchNormGradient(dy, statistics, null, dx, null, null, options);
        Verify(() => x.BatchNorm(null, beta, y, statistics, null, null, options), y, dy, (x, dx));
    }

    [Theory]
    [InlineData(2, 6, 3, 19)]
    [InlineData(3, 4, 1, 5)]
    [InlineData(3, 4, 4, 5)]
    [InlineData(3, 8, 2, 1)]
    public void GradientsAreThoseOfTheGroupNorm(int images, int channels, int groups, int spatial)
    {
        var random = new Random(groups);
        using var x = CentralDifferences.Random(_device, random, [images, channels, spatial]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var gamma = CentralDifferences.Random(_device, random, [channels]);
        using var beta = CentralDifferences.Random(_device, random, [channels]);
        using var y = _device.CreateZeros<double>(x.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var dgamma = _device.CreateZeros<double>(gamma.Lengths);
        using var dbeta = _device.CreateZeros<double>(beta.Lengths);
        x.GroupNormGradient(dy, groups, gamma, dx, dgamma, dbeta, 0.1);
        Verify(() => x.GroupNorm(groups, gamma, beta, y, 0.1), y, dy, (x, dx), (gamma, dgamma), (beta, dbeta));
        x.GroupNormGradient(dy, groups, null, dx, null, null, 0.1);
        Verify(() => x.GroupNorm(groups, null, beta, y, 0.1), y, dy, (x, dx));
        if (groups == channels)
        {
            x.InstanceNormGradient(dy, gamma, dx, dgamma, dbeta, 0.1);
            Verify(() => x.InstanceNorm(gamma, beta, y, 0.1), y, dy, (x, dx), (gamma, dgamma), (beta, dbeta));
        }
    }

    [Fact]
    public void RunningStatisticsMoveTowardsTheSample()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2]);
        using var mean = _device.CreateTensor<float>([1, 1]);
        using var variance = _device.CreateTensor<float>([2, 2]);
        using var statistics = _device.CreateZeros<float>([2, 2]);
        using var y = _device.CreateZeros<float>([2, 2, 2]);
        x.BatchNorm(null, null, y, statistics, mean, variance, new BatchNormOptions { Momentum = 0.5 });

        // The channels hold 1, 2, 10, 20 and 3, 4, 30, 40: means 8.25 and 19.25, squares about them 232.75 and 1042.75, over 3.
        Assert.Equal([4.625f, 10.125f], mean.ToArray());
        Assert.Equal([39.791668f, 174.79167f], variance.ToArray());
        x.BatchNormInference(mean, variance, null, null, y);
        Assert.Equal((20 - 4.625) / Math.Sqrt(39.791666 + 1e-5), y.ToArray()[5], 1e-5);
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        var random = new Random(3);
        var elements = Enumerable.Range(0, 3_000 * 50).Select(_ => (float)random.NextDouble()).ToArray();
        Assert.Equal(All(one), All(_device));

        float[] All(ComputeDevice device)
        {
            using var x = device.CreateTensor(elements, [3_000, 50]);
            using var dx = device.CreateZeros<float>(x.Lengths);
            using var dgamma = device.CreateZeros<float>([50]);
            using var dbeta = device.CreateZeros<float>([50]);
            x.LayerNormGradient(x, null, dx, dgamma, dbeta);
            float[] rows = [.. dx.ToArray(), .. dgamma.ToArray(), .. dbeta.ToArray()];
            using var statistics = device.CreateZeros<float>([50, 2]);
            x.BatchNorm(null, null, dx, statistics);
            float[] forward = [.. dx.ToArray(), .. statistics.ToArray()];
            x.BatchNormGradient(x, statistics, null, dx, dgamma, dbeta);
            return [.. rows, .. forward, .. dx.ToArray(), .. dgamma.ToArray(), .. dbeta.ToArray()];
        }
    }

    [Fact]
    public void NoRowsGiveNoParameterGradients()
    {
        using var x = _device.CreateZeros<float>([0, 3]);
        using var dx = _device.CreateZeros<float>([0, 3]);
        using var dgamma = _device.CreateTensor<float>([1, 2, 3]);
        using var dbeta = _device.CreateTensor<float>([1, 2, 3]);
        x.LayerNormGradient(x, null, dx, dgamma, dbeta);
        Assert.Equal([0f, 0f, 0f], dgamma.ToArray());
        Assert.Equal([0f, 0f, 0f], dbeta.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 4]);
        using var dy = _device.CreateZeros<float>([2, 4]);
        using var dx = _device.CreateZeros<float>([2, 4]);
        using var wrong = _device.CreateZeros<float>([2, 5]);
        using var three = _device.CreateZeros<float>([3]);
        using var four = _device.CreateZeros<float>([4]);
        Refuses(() => x.SoftmaxGradient(wrong, dx), "[2, 4]", "[2, 5]");
        Refuses(() => x.SoftmaxGradient(dy, dy), "overlaps");
        Refuses(() => x.LogSoftmaxGradient(dy, x), "overlaps");
        Refuses(() => x.LayerNormGradient(wrong, null, dx), "[2, 4]", "[2, 5]");
        Refuses(() => x.LayerNormGradient(dy, three, dx), "[4]", "[3]");
        Refuses(() => x.LayerNormGradient(dy, null, dx, three), "[4]", "[3]");
        Refuses(() => x.LayerNormGradient(dy, null, dx, four, four), "overlaps");
        Refuses(() => x.RmsNormGradient(dy, four, dx, four), "overlaps");
        using var statistics = _device.CreateZeros<float>([4, 2]);
        using var other = _device.CreateZeros<float>([4]);
        using var one = _device.CreateZeros<float>([1, 4]);
        using var doubles = _device.CreateZeros<double>([4, 2]);
        Refuses(() => four.BatchNorm(null, null, other, statistics), "[4]");
        Refuses(() => x.BatchNorm(three, null, dx, statistics), "[4]", "[3]");
        Refuses(() => x.BatchNorm(null, null, dx, x), "[4, 2]", "[2, 4]");
        Refuses(() => x.BatchNorm(null, null, dx, doubles), "float", "Double");
        Refuses(() => x.BatchNorm(null, null, dx, statistics, four), "running variance");
        Refuses(() => one.BatchNorm(null, null, _device.CreateZeros<float>([1, 4]), statistics, four, other), "[1, 4]");
        Refuses(() => x.BatchNormInference(three, four, null, null, dx), "[4]", "[3]");
        Refuses(() => x.BatchNormGradient(dy, statistics, null, dy), "overlaps");
        Refuses(() => x.GroupNorm(3, null, null, dx), "3 groups", "4 channels", "[2, 4]");
        Refuses(() => x.GroupNormGradient(dy, 2, three, dx), "[4]", "[3]");
        Refuses(() => four.InstanceNorm(), "[4]");
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GroupNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNormOptions { Momentum = 1.5 });
    }

    private static void Verify(Action forward, DeviceTensor<double> y, DeviceTensor<double> dy, params (DeviceTensor<double> Point, DeviceTensor<double> Gradient)[] gradients) =>
        Array.ForEach(gradients, pair => CentralDifferences.Verify(pair.Point, pair.Gradient.ToArray(), () =>
        {
            forward();
            return CentralDifferences.Dot(y, dy);
        }));

    private static void Refuses(Action mistake, params string[] named)
    {
        var message = Assert.Throws<ArgumentException>(mistake).Message;
        Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
