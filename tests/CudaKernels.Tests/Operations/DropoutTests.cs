namespace CudaKernels.Tests.Operations;

/// <summary>Dropout: its gradient against differences of itself, its mask, its frequency, its ends, and what it refuses.</summary>
public sealed class DropoutTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.5)]
    [InlineData(3, 0.9)]
    [InlineData(4, 1.0)]
    public void TheGradientIsThatOfTheOperation(int seed, double probability)
    {
        var random = new Random(seed);
        var position = new PhiloxState((ulong)random.NextInt64(), (ulong)random.Next(8));
        using var x = CentralDifferences.Random(_device, random, [random.Next(2, 6), random.Next(3, 20)]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var y = _device.CreateZeros<double>(x.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        dy.DropoutGradient(probability, position, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.Dropout(probability, position, y);
            return CentralDifferences.Dot(y, dy);
        });
    }

    [Fact]
    public void ForwardAndBackwardDropTheSameInEveryType()
    {
        const double p = 0.3;
        var position = new PhiloxState(9, 5);
        var expected = Mask<double>();
        Assert.Equal(expected, Mask<float>());
        Assert.Equal(expected, Mask<Half>());
        Assert.Equal(expected, Mask<BFloat16>());

        bool[] Mask<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            using var ones = _device.CreateZeros<T>([1003]);
            ones.Fill(T.One);
            using var y = ones.Dropout(p, position);
            ones.DropoutGradient(p, position, ones); // in place
            Assert.Equal(y.ToArray(), ones.ToArray());
            return Array.ConvertAll(y.ToArray(), T.IsZero);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.97)]
    public void ItDropsAsOftenAsItShouldAndKeepsTheMean(double probability)
    {
        const int count = 300_000;
        using var x = _device.CreateZeros<float>([count]);
        x.Fill(1);
        using var y = x.Dropout(probability, new PhiloxState(10));
        var dropped = y.ToArray().Count(value => value == 0);
        var deviation = Math.Sqrt(count * probability * (1 - probability));
        Assert.InRange((dropped - (probability * count)) / deviation, -5, 5);
        Assert.InRange((y.ToArray().Sum(value => (double)value) - count) * (1 - probability) / deviation, -5, 5);
        Assert.All(y.ToArray().Where(value => value != 0), value => Assert.Equal((float)(1 / (1 - probability)), value));
    }

    [Fact]
    public void NothingAndAllAreCertain()
    {
        float[] values = [float.NaN, float.PositiveInfinity, -0f, 1];
        using var x = _device.CreateTensor<float>(values, [4]);
        using var all = x.Dropout(1, new PhiloxState(1));
        Assert.Equal(new float[4], all.ToArray());
        using var none = x.Dropout(0, new PhiloxState(1));
        Assert.Equal(Array.ConvertAll(values, BitConverter.SingleToUInt32Bits), Array.ConvertAll(none.ToArray(), BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 3]);
        using var longer = _device.CreateZeros<float>([7]);
        using var head = longer.Slice(..6);
        using var tail = longer.Slice(1..);
        using var other = new CpuDevice();
        using var elsewhere = other.CreateZeros<float>([2, 3]);
        var start = new PhiloxState(1);
        Assert.Contains("1.5", Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(1.5, start)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(-0.1, start));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(double.NaN, start));
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => x.Dropout(0.5, start, head)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => head.Dropout(0.5, start, tail)).Message, StringComparison.Ordinal);
        Assert.Contains("copy one of them", Assert.Throws<ArgumentException>(() => x.Dropout(0.5, start, elsewhere)).Message, StringComparison.Ordinal);
    }
}
