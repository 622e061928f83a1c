namespace CudaKernels.Tests.Operations;

/// <summary>The random fills and the permutation: how often what comes, which positions they use, and what they refuse. The bounds hold but for one seed in a million.</summary>
public sealed class RandomTests : IDisposable
{
    private const int Count = 200_000;

    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void UniformNumbersFillTheIntervalEvenly()
    {
        using var y = _device.CreateZeros<float>([Count]);
        y.FillUniform(new PhiloxState(11), -1, 3);
        var counts = new int[64];
        foreach (var value in y.ToArray())
        {
            Assert.InRange(value, -1f, MathF.BitDecrement(3));
            counts[(int)((value + 1) * 16)]++;
        }

        AssertEven(counts);
    }

    /// <summary>In the 16-bit types the numbers below the end of the interval round up to it: none may come out so.</summary>
    [Fact]
    public void TheEndOfAnIntervalNeverComes()
    {
        using var halves = _device.CreateZeros<Half>([Count]);
        halves.FillUniform(new PhiloxState(3), 0, 1);
        Assert.Equal(Half.BitDecrement(Half.One), halves.ToArray().Max());
        using var brains = _device.CreateZeros<BFloat16>([Count]);
        brains.FillUniform(new PhiloxState(3), 5, 5.125);
        Assert.Equal([(BFloat16)5f, (BFloat16)5.03125f, (BFloat16)5.0625f, (BFloat16)5.09375f], brains.ToArray().Distinct().Order());
        using var doubles = _device.CreateZeros<double>([1000]);
        doubles.FillUniform(new PhiloxState(3), 1, double.BitIncrement(1));
        Assert.All(doubles.ToArray(), value => Assert.Equal(1, value));
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(-3.0, 0.25)]
    public void NormalNumbersHaveTheirMoments(double mean, double deviation)
    {
        using var y = _device.CreateZeros<double>([Count]);
        y.FillNormal(new PhiloxState(12), mean, deviation);
        double[] z = [.. y.ToArray().Select(value => (value - mean) / deviation)];
        var bound = 5 / Math.Sqrt(Count);
        Assert.InRange(z.Average(), -bound, bound);
        Assert.InRange(z.Average(value => value * value) - 1, -bound * Math.Sqrt(2), bound * Math.Sqrt(2));
        Assert.InRange(z.Average(value => value * value * value), -bound * Math.Sqrt(15), bound * Math.Sqrt(15));
        Assert.InRange(z.Average(value => Math.Pow(value, 4)) - 3, -bound * Math.Sqrt(96), bound * Math.Sqrt(96));

        // Of a pair, and of neighbouring pairs.
        Assert.InRange(z.Zip(z.Skip(1), (a, b) => a * b).Average(), -bound, bound);
    }

    [Fact]
    public void NormalNumbersOfFloatAreExactToFourUnits()
    {
        using var y = _device.CreateZeros<float>([Count]);
        var position = new PhiloxState(13);
        y.FillNormal(position);
        var values = y.ToArray();
        var worst = 0.0;
        for (var i = 0; i < Count; i++)
        {
            var pair = (ulong)(i / 2 * 2);
            var r = Math.Sqrt(-2 * Math.Log((float)(((double)(float)position.Output(pair) + 0.5) / 4294967296)));
            var angle = 2 * Math.PI * ((position.Output(pair + 1) + 0.5) / 4294967296);
            var exact = r * (i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));

            // Near a multiple of half a turn the double sine itself loses what the angle, up to 2 pi, has rounded off.
            var unit = Math.Max(MathF.BitIncrement(MathF.Abs((float)exact)) - MathF.Abs((float)exact), 1e-15);
            worst = Math.Max(worst, Math.Abs(values[i] - exact) / unit);
        }

        Assert.InRange(worst, 0.5, 4);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.01)]
    [InlineData(0.9)]
    public void OnesComeAsOftenAsTheyShould(double probability)
    {
        using var mask = _device.CreateZeros<bool>([Count]);
        using var numbers = _device.CreateZeros<double>([Count]);
        mask.FillBernoulli(new PhiloxState(14), probability);
        numbers.FillBernoulli(new PhiloxState(14), probability);
        var ones = mask.ToArray().Count(one => one);
        Assert.InRange((ones - (probability * Count)) / Math.Sqrt(Count * probability * (1 - probability)), -5, 5);
        Assert.Equal(mask.ToArray().Select(one => one ? 1.0 : 0), numbers.ToArray());
    }

    [Fact]
    public void ATensorInPartsIsTheWhole()
    {
        foreach (var first in new nint[] { 1, 4, 6, 33 })
        {
            using var whole = _device.CreateZeros<float>([100]);
            using var head = whole.Slice(..(int)first);
            using var tail = whole.Slice((int)first..);
            var start = new PhiloxState(15, 3, 8);
            var end = whole.FillUniform(start);
            var expected = whole.ToArray();
            whole.Fill(0);
            Assert.Equal(end, tail.FillUniform(head.FillUniform(start)));
            Assert.Equal(expected, whole.ToArray());
        }
    }

    [Fact]
    public void EachOperationSaysWhichOutputsItUsed()
    {
        var start = new PhiloxState(1, 10, 2);
        using var floats = _device.CreateZeros<float>([5]);
        using var doubles = _device.CreateZeros<double>([5]);
        using var indices = _device.CreateZeros<int>([5]);
        Assert.Equal(start with { Offset = 15 }, floats.FillUniform(start));
        Assert.Equal(start with { Offset = 20 }, doubles.FillUniform(start));
        Assert.Equal(start with { Offset = 16 }, floats.FillNormal(start));
        Assert.Equal(start with { Offset = 22 }, doubles.FillNormal(start));
        Assert.Equal(start with { Offset = 15 }, doubles.FillBernoulli(start, 0.5));
        Assert.Equal(start with { Offset = 15 }, doubles.Dropout(0.5, start, doubles));
        Assert.Equal(start with { Offset = 26 }, indices.FillPermutation(start));
    }

    /// <summary>Whatever the length, each index comes once; around powers of two, where the network grows a bit.</summary>
    [Fact]
    public void APermutationHoldsEveryIndexOnce()
    {
        for (var seed = 0ul; seed < 5; seed++)
        {
            foreach (var count in new[] { 1, 2, 3, 10, 255, 256, 257, 1000, 1023, 1024, 1025, 30_000 })
            {
                using var y = _device.CreateZeros<int>([count]);
                y.FillPermutation(new PhiloxState(seed));
                Assert.Equal(Enumerable.Range(0, count), y.ToArray().Order());
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void AllPermutationsOfFewComeEquallyOften(int count)
    {
        using var y = _device.CreateZeros<long>([count]);
        var counts = new Dictionary<string, int>();
        var position = new PhiloxState(21);
        const int draws = 20_000;
        for (var i = 0; i < draws; i++)
        {
            position = y.FillPermutation(position);
            var key = string.Join(' ', y.ToArray());
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(Enumerable.Range(1, count).Aggregate((product, factor) => product * factor), counts.Count);
        AssertEven(counts.Values);
    }

    /// <summary>An index goes to each part of a long permutation equally often, and independently of its neighbour.</summary>
    [Fact]
    public void PlacesOfAPermutationAreEven()
    {
        const int count = 1 << 16;
        using var y = _device.CreateZeros<int>([count]);
        y.FillPermutation(new PhiloxState(22));
        var places = y.ToArray();
        var (parts, pairs) = (new int[256], new int[256]);
        for (var i = 0; i < count; i++)
        {
            parts[(i >> 12) + (16 * (places[i] >> 12))]++;
            pairs[(places[i] >> 12) + (16 * (places[(i + 1) % count] >> 12))]++;
        }

        AssertEven(parts);
        AssertEven(pairs);
        Assert.InRange(places.Where((place, i) => place == i).Count(), 0, 12); // Poisson with mean 1
    }

    [Fact]
    public void ABroadcastViewIsNoDestination()
    {
        using var one = _device.CreateZeros<float>([1]);
        using var view = one.BroadcastTo([4]);
        Assert.Contains("stride 0", Assert.Throws<ArgumentException>(() => view.FillUniform(new PhiloxState(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var y = _device.CreateZeros<float>([4]);
        var start = new PhiloxState(1);
        Assert.Contains("[2, 2)", Assert.Throws<ArgumentException>(() => y.FillUniform(start, 2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => y.FillUniform(start, double.NaN, 2));
        Assert.Throws<ArgumentException>(() => y.FillUniform(start, float.MinValue, float.MaxValue));
        Assert.Throws<ArgumentException>(() => y.FillUniform(start, 0, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => y.FillUniform(start, 1, 1 + 1e-9)); // one float
        Assert.Throws<ArgumentOutOfRangeException>(() => y.FillNormal(start, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => y.FillNormal(start, 1e300));
        Assert.Throws<ArgumentOutOfRangeException>(() => y.FillNormal(start, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => y.FillBernoulli(start, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => y.FillBernoulli(start, double.NaN));
        Assert.Throws<OverflowException>(() => y.FillUniform(new PhiloxState(1, ulong.MaxValue - 2)));
    }

    /// <summary>Pearson's statistic of equally likely classes is near their number, with a standard deviation of √(2·classes).</summary>
    private static void AssertEven(ICollection<int> counts)
    {
        var expected = counts.Sum() / (double)counts.Count;
        var statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        var freedom = counts.Count - 1;
        Assert.InRange((statistic - freedom) / Math.Sqrt(2 * freedom), -5, 6);
    }
}
