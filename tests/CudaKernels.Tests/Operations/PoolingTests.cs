namespace CudaKernels.Tests.Operations;

/// <summary>The poolings' gradients against differences of the poolings, NaN, and what they refuse.</summary>
public sealed class PoolingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GradientsAreThoseOfThePoolings(int seed)
    {
        var random = new Random(seed);
        (int Y, int X) window = (random.Next(1, 4), random.Next(1, 4));
        var options = new Pool2dOptions(window)
        {
            Stride = (random.Next(1, 4), random.Next(1, 3)),
            Padding = (random.Next(0, window.Y), random.Next(0, window.X)),
            CountsPadding = seed % 2 == 0,
            Layout = seed < 2 ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast,
        };
        using var x = CentralDifferences.Random(_device, random, [2, random.Next(4, 8), random.Next(4, 8), random.Next(4, 6)]);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var y = x.MaxPool2d(options);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        using var indices = _device.CreateZeros<long>(y.Lengths);
        x.MaxPool2d(options, y, indices);
        dy.MaxPool2dGradient(indices, options, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.MaxPool2d(options, y)));
        dy.AveragePool2dGradient(options, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.AveragePool2d(options, y)));
        using var parts = x.AdaptiveAveragePool2d((3, 2), options.Layout);
        using var dparts = CentralDifferences.Random(_device, random, parts.Lengths);
        dparts.AdaptiveAveragePool2dGradient(dx, options.Layout);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.AdaptiveAveragePool2d(parts, options.Layout);
            return CentralDifferences.Dot(parts, dparts);
        });

        double Dot(Action pool)
        {
            pool();
            return CentralDifferences.Dot(y, dy);
        }
    }

    [Fact]
    public void NaNIsTheLargest()
    {
        using var x = _device.CreateTensor<float>([1, float.NaN, 3, float.PositiveInfinity], [1, 1, 2, 2]);
        using var y = _device.CreateZeros<float>([1, 1, 1, 1]);
        using var index = _device.CreateZeros<long>([1, 1, 1, 1]);
        x.MaxPool2d(new Pool2dOptions(2), y, index);
        Assert.Equal([float.NaN], y.ToArray());
        Assert.Equal([1L], index.ToArray());
    }

    [Fact]
    public void OnePartIsTheMean()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3, 4, 5, 9], [1, 1, 2, 3]);
        using var y = x.AdaptiveAveragePool2d((1, 1));
        Assert.Equal([4f], y.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 4, 5, 5]);
        using var row = _device.CreateZeros<float>([4]);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => row.MaxPool2d(new Pool2dOptions(2))).Message, StringComparison.Ordinal);
        Assert.Contains("height 6", Assert.Throws<ArgumentException>(() => x.AveragePool2d(new Pool2dOptions(6))).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 4, 2, 2]", Assert.Throws<ArgumentException>(() => x.MaxPool2d(new Pool2dOptions(2), x)).Message, StringComparison.Ordinal);
        Assert.Contains("(6, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => x.AdaptiveAveragePool2d((6, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool2dOptions(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool2dOptions(2) { Padding = (2, 0) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pool2dOptions(2) { Stride = (1, 0) });
    }
}
