namespace CudaKernels.Tests.Operations;

/// <summary>The resamplings' gradients against differences, some known images, and what they refuse.</summary>
public sealed class ResamplingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GradientsAreThoseOfTheResamplings(int seed)
    {
        var random = new Random(seed);
        var layout = seed % 2 == 0 ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast;
        var (height, width) = (random.Next(1, 6), random.Next(1, 6));
        using var x = CentralDifferences.Random(_device, random, layout == ImageLayout.ChannelsFirst ? [2, 2, height, width] : [2, height, width, 2]);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        using var y = x.UpsampleNearest2d((random.Next(1, 9), random.Next(1, 9)), layout);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        dy.UpsampleNearest2dGradient(dx, layout);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.UpsampleNearest2d(y, layout)));
        dy.UpsampleBilinear2dGradient(false, dx, layout);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.UpsampleBilinear2d(false, y, layout)));
        dy.UpsampleBilinear2dGradient(true, dx, layout);
        CentralDifferences.Verify(x, dx.ToArray(), () => Dot(() => x.UpsampleBilinear2d(true, y, layout)));

        double Dot(Action resample)
        {
            resample();
            return CentralDifferences.Dot(y, dy);
        }
    }

    [Fact]
    public void TwoPixelsBecomeFour()
    {
        using var x = _device.CreateTensor<float>([0, 4], [1, 1, 1, 2]);
        using var near = x.UpsampleNearest2d((1, 4));
        using var edges = x.UpsampleBilinear2d((1, 4));
        using var corners = x.UpsampleBilinear2d((1, 3), alignCorners: true);
        Assert.Equal([0, 0, 4, 4], near.ToArray());
        Assert.Equal([0, 1, 3, 4], edges.ToArray());
        Assert.Equal([0, 2, 4], corners.ToArray());
    }

    [Fact]
    public void APixelOfNoWeightIsNotLookedAt()
    {
        using var x = _device.CreateTensor<float>([1, float.NaN, 3], [1, 1, 1, 3]);
        using var y = x.UpsampleBilinear2d((1, 5), alignCorners: true);
        Assert.Equal([1, float.NaN, float.NaN, float.NaN, 3], y.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 3, 4, 4]);
        using var none = _device.CreateZeros<float>([2, 3, 0, 4]);
        using var other = _device.CreateZeros<float>([2, 4, 8, 8]);
        using var matrix = _device.CreateZeros<float>([2, 3]);
        Assert.Contains("[2, 4, 8, 8]", Assert.Throws<ArgumentException>(() => x.UpsampleNearest2d(other)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => matrix.UpsampleBilinear2d((2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3, 0, 4]", Assert.Throws<ArgumentException>(() => none.UpsampleNearest2d((2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("overlap", Assert.Throws<ArgumentException>(() => x.UpsampleBilinear2d(false, x)).Message, StringComparison.Ordinal);
    }
}
