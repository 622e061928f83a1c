namespace CudaKernels.Tests.Operations;

/// <summary>The losses' gradients against differences of the losses, what they give at the ends, and what they refuse.</summary>
public sealed class LossTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void GradientsAreThoseOfTheMeanLosses(int seed)
    {
        var random = new Random(seed);
        nint[] lengths = [random.Next(1, 6), random.Next(1, 9)];
        using var x = CentralDifferences.Random(_device, random, lengths);
        using var t = CentralDifferences.Random(_device, random, lengths);
        using var probabilities = _device.CreateTensor(Array.ConvertAll(t.ToArray(), value => (value + 1) / 2), lengths);
        using var gradient = _device.CreateZeros<double>(lengths);
        using var mean = _device.CreateZeros<double>([]);
        var scale = 1.0 / x.FlattenedLength;
        x.BinaryCrossEntropyGradient(probabilities, scale, gradient);
        CentralDifferences.Verify(x, gradient.ToArray(), () => Mean(() => x.MeanBinaryCrossEntropy(probabilities, mean)));
        x.SquaredErrorGradient(t, scale, gradient);
        CentralDifferences.Verify(x, gradient.ToArray(), () => Mean(() => x.MeanSquaredError(t, mean)));
        var beta = 0.2 + random.NextDouble();
        x.SmoothL1Gradient(t, beta, scale, gradient);
        CentralDifferences.Verify(x, gradient.ToArray(), () => Mean(() => x.MeanSmoothL1(t, beta, mean)));

        double Mean(Action loss)
        {
            loss();
            return mean.ToScalar();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.9)]
    public void CrossEntropyWithSmoothedLabels(int seed, double smoothing)
    {
        var random = new Random(seed);
        var (rows, classes) = (random.Next(1, 5), random.Next(1, 7));
        using var x = CentralDifferences.Random(_device, random, [rows, classes]);
        using var labels = _device.CreateTensor<long>([.. Enumerable.Range(0, rows).Select(row => row == 3 ? -1L : random.Next(classes))]);
        using var losses = _device.CreateZeros<double>([rows]);
        using var gradient = _device.CreateZeros<double>([rows, classes]);
        x.CrossEntropyGradient(labels, 0.25, gradient, smoothing);
        CentralDifferences.Verify(x, gradient.ToArray(), () =>
        {
            x.CrossEntropy(labels, losses, smoothing);
            return 0.25 * losses.ToArray().Sum();
        });
    }

    [Theory]
    [InlineData(new long[] { 1, -1, 2, -100, 0 }, 3)]
    [InlineData(new long[] { -1, -1, -1, -1, -1 }, 0)]
    [InlineData(new long[] { 0, 1, 2, 2, 0 }, 5)]
    public void TheGradientOfTheMeanIsOverTheRowsThatCount(long[] classes, int expected)
    {
        using var x = CentralDifferences.Random(_device, new Random(expected), [5, 3]);
        using var labels = _device.CreateTensor(classes);
        using var count = _device.CreateZeros<long>([]);
        using var losses = _device.CreateZeros<double>([5]);
        using var gradient = _device.CreateZeros<double>([5, 3]);
        labels.CountLabels(count);
        Assert.Equal(expected, count.ToScalar());
        x.CrossEntropyGradient(labels, 2, count, gradient);
        CentralDifferences.Verify(x, gradient.ToArray(), () =>
        {
            x.CrossEntropy(labels, losses);
            return expected == 0 ? 0 : 2 * losses.ToArray().Sum() / expected;
        });
    }

    [Fact]
    public void SureLogitsLoseNothingOfTheirLoss()
    {
        using var x = _device.CreateTensor<float>([30, -30, 200, -200]);
        using var t = _device.CreateTensor<float>([1, 0, 0, 1]);
        using var losses = _device.CreateZeros<float>([4]);
        x.BinaryCrossEntropy(t, losses);
        Assert.Equal(9.3576e-14, losses.ToArray()[0], 1e-17);
        Assert.Equal(9.3576e-14, losses.ToArray()[1], 1e-17);
        Assert.Equal([200f, 200f], losses.ToArray()[2..]);
    }

    [Fact]
    public void AnImpossibleClassHasNoWeightWithoutSmoothing()
    {
        using var x = _device.CreateTensor<float>([0, float.NegativeInfinity], [1, 2]);
        using var label = _device.CreateTensor<long>([0]);
        using var loss = _device.CreateZeros<float>([1]);
        x.CrossEntropy(label, loss);
        Assert.Equal([0f], loss.ToArray());
        x.CrossEntropy(label, loss, 0.1);
        Assert.Equal([float.PositiveInfinity], loss.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 3]);
        using var turned = _device.CreateZeros<float>([3, 2]);
        using var labels = _device.CreateZeros<long>([2]);
        using var losses = _device.CreateZeros<float>([2]);
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => x.SquaredError(turned, x)).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => x.BinaryCrossEntropy(x, losses)).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => x.SmoothL1(x, -1, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.SmoothL1Gradient(x, double.NaN, 1, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.MeanSmoothL1(x, double.PositiveInfinity, losses));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.CrossEntropy(labels, losses, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.CrossEntropyGradient(labels, 1, x, double.NaN));
        using var gradient = _device.CreateZeros<float>([2, 3]);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => x.CrossEntropyGradient(labels, 1, labels, gradient)).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => labels.CountLabels(labels)).Message, StringComparison.Ordinal);
    }
}
