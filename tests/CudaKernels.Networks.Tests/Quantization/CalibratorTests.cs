using CudaKernels.Networks;

namespace CudaKernels.Tests.Quantization;

/// <summary>What calibrators make of the values that they saw.</summary>
public sealed class CalibratorTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheLargestMagnitudeOfAllBatchesIs127Steps()
    {
        var calibrator = new AbsMaxCalibrator();
        Observe(calibrator, 1, -2, 0.5);
        Assert.Equal(2 / 127f, calibrator.Scale);
        Observe(calibrator, 1.5);
        Assert.Equal(2 / 127f, calibrator.Scale);
        Observe(calibrator, -254, double.NaN, double.NegativeInfinity);
        Assert.Equal(2, calibrator.Scale);
    }

    [Fact]
    public void WithoutValuesThereIsNoScaleAndZerosHaveOne()
    {
        foreach (var calibrator in new Calibrator[] { new AbsMaxCalibrator(), new PercentileCalibrator() })
        {
            Assert.Throws<InvalidOperationException>(() => calibrator.Scale);
            Observe(calibrator, double.NaN, double.PositiveInfinity);
            Assert.Throws<InvalidOperationException>(() => calibrator.Scale);
            Observe(calibrator, 0, 0);
            Assert.Equal(1, calibrator.Scale);
            Observe(calibrator, 12.7);
            Assert.Equal(12.7f / 127, calibrator.Scale, 1e-6f);
        }
    }

    // Uniform magnitudes up to 1, batch after batch, and a few outliers: the range is the share of the uniform ones.
    [Theory]
    [InlineData(50)]
    [InlineData(90)]
    [InlineData(99)]
    public void APercentileCoversItsShare(double percentile)
    {
        var calibrator = new PercentileCalibrator(percentile);
        var random = new Random(1);
        for (var batch = 0; batch < 10; batch++)
        {
            Observe(calibrator, [.. Enumerable.Range(0, 2000).Select(_ => (random.NextDouble() * 2) - 1)]);
        }

        Observe(calibrator, 5, -7, 3);
        Assert.Equal(percentile / 100, calibrator.Scale * 127, 0.02);
    }

    [Fact]
    public void TheRangeCoversTheShareAtLeastWhateverTheOrder()
    {
        var random = new Random(2);
        double[] values = [.. Enumerable.Range(0, 5000).Select(_ => Math.Exp(6 * random.NextDouble()))];
        foreach (var ordered in new[] { values, [.. values.Order()], [.. values.OrderDescending()] })
        {
            var calibrator = new PercentileCalibrator(99);
            foreach (var batch in ordered.Chunk(100))
            {
                Observe(calibrator, batch);
            }

            var covered = values.Count(value => value <= calibrator.Scale * 127.0001) / 5000.0;
            Assert.InRange(covered, 0.99, 0.9935);
        }
    }

    [Fact]
    public void AHundredPercentIsTheLargestMagnitude()
    {
        var (all, max) = (new PercentileCalibrator(100), new AbsMaxCalibrator());
        foreach (var batch in new double[][] { [0, 0], [0.1, -0.3], [1e-20], [-5000.5], [3] })
        {
            Observe(all, batch);
            Observe(max, batch);
            Assert.Equal(max.Scale, all.Scale);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void NoShareIsRefused(double percentile) => Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileCalibrator(percentile));

    private void Observe(Calibrator calibrator, params double[] values)
    {
        using var tensor = _device.CreateTensor(values, [values.Length]);
        calibrator.Observe(tensor);
    }
}
