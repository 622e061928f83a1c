namespace CudaKernels.Tests.Operations;

/// <summary>Counts in equal parts of a range: an example, many chunks, and what is refused.</summary>
public sealed class HistogramTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheLastBinIsClosedAndTheRestIsNotCounted()
    {
        using var x = _device.CreateTensor<float>([0, 1, 1.5f, 2, 4, 4.001f, -0.001f, float.NaN, float.PositiveInfinity], [9]);
        using var counts = x.Histogram(4, 0, 4);
        Assert.Equal([1L, 2, 1, 1], counts.ToArray());
    }

    [Fact]
    public void ChunksAddUp()
    {
        using var x = _device.CreateTensor(Array.ConvertAll(Enumerable.Range(0, 300_000).ToArray(), i => i % 10), [300, 1000]);
        using var counts = x.Histogram(10, 0, 10);
        Assert.All(counts.ToArray(), count => Assert.Equal(30_000, count));
        using var fine = x.Histogram(100_000, 0, 10);
        Assert.Equal([30_000L, 0], new[] { fine.ToArray()[10_000], fine.ToArray()[10_001] });
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<double>([4]);
        using var counts = _device.CreateZeros<long>([2, 2]);
        Assert.Contains("[2, 2]", Assert.Throws<ArgumentException>(() => x.Histogram(0, 1, counts)).Message, StringComparison.Ordinal);
        Assert.Contains("[1, 1]", Assert.Throws<ArgumentOutOfRangeException>(() => x.Histogram(3, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Histogram(3, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Histogram(3, double.MinValue, double.MaxValue));
        Assert.Contains("too narrow", Assert.Throws<ArgumentOutOfRangeException>(() => x.Histogram(3, 0, double.Epsilon)).Message, StringComparison.Ordinal);
    }
}
