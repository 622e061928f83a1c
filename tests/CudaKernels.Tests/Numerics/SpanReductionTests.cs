using System.Numerics;
using CudaKernels;

namespace CudaKernels.Tests;

/// <summary>The reductions of one floating-point type; every value below is exact in each of them, and so is every sum.</summary>
public abstract class SpanReductionTests<T> where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 31, 32, 33, 1000, 1024, 1025, 4096, 4097, 10_000];

    private static T[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.Next(-60, 61)))];
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void SumsAreExactForEveryLength(int length)
    {
        T[] x = Values(length, 1), y = Values(length, 2);
        var (a, b) = (x.Select(double.CreateChecked).ToArray(), y.Select(double.CreateChecked).ToArray());
        Assert.Equal(a.Sum(), SpanReduction.Sum<T>(x));
        Assert.Equal(a.Sum(v => v * v), SpanReduction.SumOfSquares<T>(x));
        Assert.Equal(a.Sum(v => (v - 0.5) * (v - 0.5)), SpanReduction.SumOfSquaredDeviations<T>(x, 0.5));
        Assert.Equal(a.Zip(b, (v, w) => v * w).Sum(), SpanReduction.DotProduct<T>(x, y));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ExtremesAreExactForEveryLength(int length)
    {
        T[] x = Values(length, 3);
        Assert.Equal(length == 0 ? T.NegativeInfinity : x.Max(), SpanReduction.Max<T>(x));
        Assert.Equal(length == 0 ? T.PositiveInfinity : x.Min(), SpanReduction.Min<T>(x));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(200)]
    [InlineData(1100)]
    public void ANaNAnywhereIsTheResult(int length)
    {
        for (int position = 0; position < length; position++)
        {
            T[] x = Values(length, 4);
            x[position] = T.NaN;
            Assert.True(T.IsNaN(SpanReduction.Max<T>(x)) && T.IsNaN(SpanReduction.Min<T>(x)), $"extreme with NaN at {position}");
            Assert.True(double.IsNaN(SpanReduction.Sum<T>(x)) && double.IsNaN(SpanReduction.SumOfSquares<T>(x)), $"sum with NaN at {position}");
        }
    }

    [Fact]
    public void InfinitiesAndZerosKeepTheirMeaning()
    {
        T[] x = Values(300, 5);
        x[100] = T.PositiveInfinity;
        Assert.Equal(T.PositiveInfinity, SpanReduction.Max<T>(x));
        Assert.Equal(double.PositiveInfinity, SpanReduction.Sum<T>(x));
        x[299] = T.NegativeInfinity;
        Assert.Equal(T.NegativeInfinity, SpanReduction.Min<T>(x));
        Assert.True(double.IsNaN(SpanReduction.Sum<T>(x)));
        Assert.False(T.IsNegative(SpanReduction.Max<T>([T.NegativeZero, T.Zero, T.NegativeZero])));
        Assert.True(T.IsNegative(SpanReduction.Min<T>([T.Zero, T.NegativeZero, T.Zero])));
        Assert.Equal(double.CreateChecked(T.Epsilon) * 40, SpanReduction.Sum<T>([.. Enumerable.Repeat(T.Epsilon, 40)]));
    }

    [Fact]
    public void TheBitsDependOnTheElementsAlone()
    {
        var random = new Random(6);
        T[] x = [.. Enumerable.Range(0, 9001).Select(_ => T.CreateChecked((random.NextDouble() - 0.5) * 100))];
        double sum = SpanReduction.Sum<T>(x);
        for (int offset = 1; offset < 17; offset++)
        {
            var moved = new T[x.Length + offset];
            x.CopyTo(moved, offset);
            Assert.Equal(sum, SpanReduction.Sum<T>(moved.AsSpan(offset)));
            Assert.Equal(SpanReduction.SumOfSquares<T>(x), SpanReduction.SumOfSquares<T>(moved.AsSpan(offset)));
        }
    }

    [Fact]
    public void DifferentLengthsAreRefused() =>
        Assert.Throws<ArgumentException>(() => SpanReduction.DotProduct<T>(new T[3], new T[2]));
}

public class SpanReductionDoubleTests : SpanReductionTests<double>
{
    [Fact]
    public void BlockTotalsThatCancelLeaveTheRest()
    {
        // One large number per block, of either sign, and small ones whose sum plain addition across blocks would lose.
        var x = new double[3 * 4096];
        Array.Fill(x, 0.25, 4096, 4096);
        x[0] = 1e18;
        x[8192] = -1e18;
        Assert.Equal(1024.0, SpanReduction.Sum<double>(x));
    }
}

public class SpanReductionSingleTests : SpanReductionTests<float>
{
    [Fact]
    public void PartialSumsDoNotOverflow() =>
        Assert.Equal(float.MaxValue, SpanReduction.Sum<float>([float.MaxValue, float.MaxValue, float.MinValue]));

    [Theory]
    [InlineData(1, 1f)]
    [InlineData(255, 1f)]
    [InlineData(4099, 1f)]
    [InlineData(4099, 1e25f)]
    [InlineData(4099, 1e-25f)]
    public void SquaresAboutTheMeanAreThoseOfDoubleAlsoBeyondTheRangeOfAFloatsSquare(int length, float scale)
    {
        var random = new Random(length);
        float[] x = [.. Enumerable.Range(0, length).Select(_ => (float)(1 + random.NextDouble() / 1024) * scale)];
        double mean = SpanReduction.Sum<float>(x) / length, expected = SpanReduction.SumOfSquaredDeviations<float>(x, mean);
        Assert.InRange(SpanReduction.SumOfSquaresAboutMean<float>(x, mean), expected * (1 - 1e-6), expected * (1 + 1e-6));
        x[^1] = float.NaN;
        Assert.True(double.IsNaN(SpanReduction.SumOfSquaresAboutMean<float>(x, 1)));
    }
}

public class SpanReductionHalfTests : SpanReductionTests<Half>;

public class SpanReductionBFloat16Tests : SpanReductionTests<BFloat16>;

/// <summary>The reductions of one integer type.</summary>
public abstract class SpanReductionOfIntegersTests<T> where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 63, 64, 65, 1000, 8192, 20_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void SumsAndExtremesAreExact(int length)
    {
        var random = new Random(length);
        T[] x = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextInt64()))];
        Assert.Equal(x.Aggregate(0L, (sum, v) => unchecked(sum + long.CreateTruncating(v))), SpanReduction.SumOfIntegers<T>(x));
        Assert.Equal(length == 0 ? T.MinValue : x.Max(), SpanReduction.Max<T>(x));
        Assert.Equal(length == 0 ? T.MaxValue : x.Min(), SpanReduction.Min<T>(x));
    }

    [Fact]
    public void TheEndsOfTheRangeDoNotOverflowALane()
    {
        foreach (T end in new[] { T.MinValue, T.MaxValue })
        {
            T[] x = [.. Enumerable.Repeat(end, 50_000)];
            Assert.Equal(unchecked(50_000 * long.CreateTruncating(end)), SpanReduction.SumOfIntegers<T>(x));
        }
    }
}

public class SpanReductionInt64Tests : SpanReductionOfIntegersTests<long>;

public class SpanReductionInt32Tests : SpanReductionOfIntegersTests<int>;

public class SpanReductionByteTests : SpanReductionOfIntegersTests<byte>;

public class SpanReductionSByteTests : SpanReductionOfIntegersTests<sbyte>;
