using System.Globalization;
using System.Numerics;
using CudaKernels;

namespace CudaKernels.Tests;

public class BFloat16Tests
{
    private static IEnumerable<BFloat16> AllCodes => Enumerable.Range(0, 65536).Select(code => BFloat16.FromBits((ushort)code));

    // Nearest of the two neighbours in exact double arithmetic, the even one on a tie: independent of the bit trick.
    private static BFloat16 Nearest(double value)
    {
        if (double.IsNaN(value)) return BFloat16.NaN;
        double magnitude = Math.Abs(value);
        int low = 0, high = 0x7F80;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if ((double)BFloat16.FromBits((ushort)middle) <= magnitude) low = middle;
            else high = middle;
        }
        // Infinity stands one step above the largest finite number for the sake of rounding.
        double below = (double)BFloat16.FromBits((ushort)low);
        double above = high == 0x7F80 ? Math.ScaleB(1, 128) : (double)BFloat16.FromBits((ushort)high);
        double toLow = magnitude - below, toHigh = above - magnitude;
        int code = double.IsInfinity(magnitude) ? 0x7F80 : toLow < toHigh || (toLow == toHigh && (low & 1) == 0) ? low : high;
        return BFloat16.FromBits((ushort)(double.IsNegative(value) ? code | 0x8000 : code));
    }

    [Fact]
    public void EveryCodeSurvivesFloatAndDouble()
    {
        foreach (var x in AllCodes)
        {
            ushort expected = BFloat16.IsNaN(x) ? (ushort)0x7FFF : BFloat16.ToBits(x);
            Assert.Equal(expected, BFloat16.ToBits((BFloat16)(float)x));
            Assert.Equal(expected, BFloat16.ToBits((BFloat16)(double)x));
        }
    }

    [Fact]
    public void RoundsFloatsToNearestEven()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            float value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            Assert.Equal(BFloat16.ToBits(Nearest(value)), BFloat16.ToBits((BFloat16)value));
        }
    }

    [Fact]
    public void RoundsMidpointsAndTheirNeighbours()
    {
        for (int code = 0; code < 0x7F80; code++)
        {
            uint middle = ((uint)code << 16) | 0x8000;
            foreach (uint bits in new[] { middle - 1, middle, middle + 1 })
            {
                float value = BitConverter.UInt32BitsToSingle(bits);
                Assert.Equal(BFloat16.ToBits(Nearest(value)), BFloat16.ToBits((BFloat16)value));
            }
            // One float rounding would make these ties; the second would then go the wrong way.
            double tie = BitConverter.UInt32BitsToSingle(middle);
            foreach (double value in new[] { Math.BitDecrement(tie), Math.BitIncrement(tie), -Math.BitIncrement(tie) })
                Assert.Equal(BFloat16.ToBits(Nearest(value)), BFloat16.ToBits((BFloat16)value));
        }
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData((257L << 32) + 1)]
    [InlineData(257L << 32)]
    [InlineData(-(257L << 32) - 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(0)]
    [InlineData(-7)]
    public void LongsRoundOnce(long value)
    {
        var nearest = (BFloat16)value;
        var distance = BigInteger.Abs((BigInteger)(double)nearest - value);
        foreach (var other in new[] { BFloat16.BitIncrement(nearest), BFloat16.BitDecrement(nearest) })
            Assert.True(distance <= BigInteger.Abs(new BigInteger((double)other) - value), $"{value} -> {nearest}, but {other} is nearer");
    }

    [Fact]
    public void WideIntegersReachTheTop()
    {
        Assert.Equal(BFloat16.PositiveInfinity, (BFloat16)UInt128.MaxValue);
        Assert.Equal((BFloat16)Math.ScaleB(1, 127), (BFloat16)Int128.MaxValue);
        Assert.Equal((BFloat16)(-Math.ScaleB(1, 127)), (BFloat16)Int128.MinValue);
    }

    [Fact]
    public void ArithmeticIsCorrectlyRounded()
    {
        var random = new Random(2);
        for (int i = 0; i < 200_000; i++)
        {
            var (a, b) = (Random(random), Random(random));
            Check(Nearest((double)a + (double)b), a + b);
            Check(Nearest((double)a - (double)b), a - b);
            Check(Nearest((double)a * (double)b), a * b);
            Check(Nearest((double)a / (double)b), a / b);
            Check(Nearest(Math.Sqrt((double)a)), BFloat16.Sqrt(a));
        }
        static BFloat16 Random(Random random) => BFloat16.FromBits((ushort)random.Next(65536));
        static void Check(BFloat16 expected, BFloat16 actual)
        {
            if (BFloat16.IsNaN(expected)) Assert.True(BFloat16.IsNaN(actual));
            else Assert.Equal(BFloat16.ToBits(expected), BFloat16.ToBits(actual));
        }
    }

    [Fact]
    public void FusedMultiplyAddRoundsTheExactResultOnce()
    {
        var random = new Random(4);
        for (int i = 0; i < 50_000; i++)
        {
            var (a, b, c) = (Moderate(random), Moderate(random), Moderate(random));
            var exact = Scaled(a, 133) * Scaled(b, 133) + Scaled(c, 266);
            var actual = BFloat16.FusedMultiplyAdd(a, b, c);
            if (!BFloat16.IsFinite(actual)) continue;
            var distance = BigInteger.Abs(Scaled(actual, 266) - exact);
            foreach (var other in new[] { BFloat16.BitIncrement(actual), BFloat16.BitDecrement(actual) }.Where(BFloat16.IsFinite))
            {
                var otherDistance = BigInteger.Abs(Scaled(other, 266) - exact);
                bool even = (BFloat16.ToBits(actual) & 1) == 0;
                Assert.True(distance < otherDistance || (distance == otherDistance && even), $"{a} * {b} + {c} gave {actual}, but {other} is nearer");
            }
        }
        // Both the exponents that meet and those that lie far apart, so that an addend breaks ties from far below.
        static BFloat16 Moderate(Random random) =>
            BFloat16.FromBits((ushort)(random.Next(2) << 15 | (127 + random.Next(-60, 60) * random.Next(2)) << 7 | random.Next(128)));
        static BigInteger Scaled(BFloat16 value, int power) =>
            new BigInteger(Math.ScaleB((double)value, 133)) << (power - 133);
    }

    [Fact]
    public void ComparisonsAgreeWithFloat()
    {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            var a = BFloat16.FromBits((ushort)random.Next(65536));
            var b = i % 3 == 0 ? -a : BFloat16.FromBits((ushort)random.Next(65536));
            var (x, y) = ((float)a, (float)b);
            Assert.Equal((x < y, x <= y, x > y, x >= y, x == y, x != y), (a < b, a <= b, a > b, a >= b, a == b, a != b));
            Assert.Equal(x.CompareTo(y), a.CompareTo(b));
            Assert.Equal(x.Equals(y), a.Equals(b));
            if (a.Equals(b)) Assert.Equal(a.GetHashCode(), b.GetHashCode());
        }
    }

    [Fact]
    public void ClassificationAgreesWithFloat()
    {
        foreach (var x in AllCodes)
        {
            float f = (float)x;
            Assert.Equal(float.IsNaN(f), BFloat16.IsNaN(x));
            Assert.Equal(float.IsInfinity(f), BFloat16.IsInfinity(x));
            Assert.Equal(float.IsFinite(f), BFloat16.IsFinite(x));
            Assert.Equal(float.IsNegative(f), BFloat16.IsNegative(x));
            Assert.Equal(float.IsNormal(f), BFloat16.IsNormal(x));
            Assert.Equal(float.IsSubnormal(f), BFloat16.IsSubnormal(x));
            Assert.Equal(float.IsInteger(f), BFloat16.IsInteger(x));
            Assert.Equal(float.IsPow2(f), BFloat16.IsPow2(x));
        }
    }

    [Fact]
    public void BitStepsAreNeighbours()
    {
        foreach (var x in AllCodes.Where(BFloat16.IsFinite))
        {
            var up = BFloat16.BitIncrement(x);
            Assert.True(up > x);
            Assert.Equal(x, BFloat16.BitDecrement(up));
        }
        Assert.Equal(BFloat16.PositiveInfinity, BFloat16.BitIncrement(BFloat16.PositiveInfinity));
        Assert.Equal(BFloat16.MinValue, BFloat16.BitIncrement(BFloat16.NegativeInfinity));
    }

    [Fact]
    public void TextRoundTripsEveryCode()
    {
        Span<byte> utf8 = stackalloc byte[32];
        foreach (var x in AllCodes)
        {
            string text = x.ToString(null, CultureInfo.InvariantCulture);
            Assert.Equal(x, BFloat16.Parse(text, CultureInfo.InvariantCulture));
            Assert.True(x.TryFormat(utf8, out int length, default, CultureInfo.InvariantCulture));
            Assert.Equal(x, BFloat16.Parse(utf8[..length], CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData(0.1f, null, "0.1")]
    [InlineData(3.140625f, null, "3.14")]
    [InlineData(65504f, null, "65500")]
    [InlineData(-1f, "G", "-1")]
    [InlineData(0.1f, "F6", "0.100098")]
    [InlineData(float.NaN, null, "NaN")]
    [InlineData(float.PositiveInfinity, null, "Infinity")]
    [InlineData(-0f, null, "-0")]
    public void TextIsShortUnlessAPrecisionAsks(float value, string? format, string expected) =>
        Assert.Equal(expected, ((BFloat16)value).ToString(format, CultureInfo.InvariantCulture));

    [Fact]
    public void ParsingRefusesNonsense()
    {
        Assert.Throws<FormatException>(() => BFloat16.Parse("bf16"));
        Assert.False(BFloat16.TryParse("1..2", CultureInfo.InvariantCulture, out _));
        Assert.True(BFloat16.TryParse("1e999", CultureInfo.InvariantCulture, out var large));
        Assert.Equal(BFloat16.PositiveInfinity, large);
    }
}
