using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CudaKernels.Tests;

/// <summary>An 8-bit floating-point number: every code, and every boundary between two codes, against the published values.</summary>
public abstract class Float8Tests<T> where T : unmanaged, IFloat8<T>
{
    private const byte SignMask = 0x80;

    private static readonly JsonElement s_vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Numerics", "conversions.json"))).RootElement;

    /// <summary>The format's name in the file.</summary>
    protected abstract string Format { get; }

    /// <summary>The code of the largest finite number.</summary>
    protected abstract byte Largest { get; }

    /// <summary>The codes that are NaN, without sign.</summary>
    protected abstract byte[] NaNs { get; }

    /// <summary>The distance of the two largest finite numbers, half of which lies above the largest one.</summary>
    protected abstract double LastStep { get; }

    /// <summary>What lies beyond the largest number.</summary>
    protected abstract byte Beyond { get; }

    [Fact]
    public void EveryCodeHasItsPublishedValueAndComesBack()
    {
        var values = s_vectors.GetProperty("codes").GetProperty(Format).EnumerateArray().ToArray();
        Assert.Equal(256, values.Length);
        for (var code = 0; code < 256; code++)
        {
            var number = T.FromBits((byte)code);
            Assert.Equal(code, T.ToBits(number));
            var value = (float)number;
            Assert.Equal(NaNs.Contains((byte)(code & ~SignMask)), T.IsNaN(number));
            if (values[code].GetString() is not { } published)
            {
                Assert.True(float.IsNaN(value));
                Assert.Equal(0x7F, T.ToBits((T)value));
                Assert.Equal(0x7F, T.ToBits(T.FromSingleSaturating(value)));
                continue;
            }

            Assert.Equal(Hex(published), BitConverter.SingleToUInt32Bits(value));
            Assert.Equal(code, T.ToBits((T)value));
            Assert.Equal(float.IsInfinity(value), T.IsInfinity(number));
            Assert.Equal(float.IsFinite(value), T.IsFinite(number));
            Assert.Equal(float.IsNegative(value), T.IsNegative(number));
            Assert.Equal(float.IsInfinity(value) ? Largest | (code & SignMask) : code, T.ToBits(T.FromSingleSaturating(value)));
        }
    }

    [Fact]
    public void TheSaturatingConversionIsThePublishedOne()
    {
        var count = 0;
        foreach (var entry in s_vectors.GetProperty("saturating").EnumerateArray())
        {
            var value = BitConverter.UInt32BitsToSingle(Hex(entry.GetProperty("f32").GetString()!));
            Assert.Equal((value, Hex(entry.GetProperty(Format).GetString()!)), (value, T.ToBits(T.FromSingleSaturating(value))));
            count++;
        }

        Assert.True(count > 50);
    }

    [Fact]
    public void TiesGoToTheEvenCodeAndItsNeighboursToTheNearest()
    {
        for (byte code = 0; code < Largest; code++)
        {
            var middle = ((float)T.FromBits(code) + (float)T.FromBits((byte)(code + 1))) / 2;
            Check(middle, (byte)(code + (code & 1)));
            Check(float.BitDecrement(middle), code);
            Check(float.BitIncrement(middle), (byte)(code + 1));
        }

        void Check(float value, byte expected)
        {
            foreach (var (signed, bits) in new[] { (value, expected), (-value, (byte)(expected | SignMask)) })
            {
                Assert.Equal((signed, bits), (signed, T.ToBits((T)signed)));
                Assert.Equal((signed, bits), (signed, T.ToBits(T.FromSingleSaturating(signed))));
            }
        }
    }

    [Fact]
    public void WhatIsTooLargeGoesBeyondOrSaturates()
    {
        var limit = (float)((float)T.MaxValue + (LastStep / 2));
        var evenIsBeyond = (Largest & 1) != 0;
        foreach (var (value, tooLarge) in new[] { ((float)T.MaxValue, false), (float.BitDecrement(limit), false), (limit, evenIsBeyond), (float.BitIncrement(limit), true), (2 * limit, true), (float.MaxValue, true), (float.PositiveInfinity, true) })
        {
            var sign = Beyond == 0x7F && tooLarge ? 0 : SignMask;
            Assert.Equal((value, tooLarge ? Beyond : Largest), (value, T.ToBits((T)value)));
            Assert.Equal((value, (tooLarge ? Beyond : Largest) | sign), (value, T.ToBits((T)(-value))));
            Assert.Equal(Largest, T.ToBits(T.FromSingleSaturating(value)));
            Assert.Equal(Largest | SignMask, T.ToBits(T.FromSingleSaturating(-value)));
        }
    }

    [Fact]
    public void EveryUpperHalfOfAFloatIsRoundedToTheNearestNumber()
    {
        var numbers = Enumerable.Range(0, Largest + 1).Select(code => (double)(float)T.FromBits((byte)code)).ToArray();
        for (uint upper = 0; upper < 0x7F80; upper++)
        {
            foreach (var lower in (uint[])[0, 1, 0x7FFF, 0x8000, 0xFFFF])
            {
                var value = BitConverter.UInt32BitsToSingle((upper << 16) | lower);
                var below = Array.BinarySearch(numbers, value);
                below = below < 0 ? ~below - 1 : below;
                var above = below == Largest || numbers[below] == value ? below : below + 1;
                var nearest = value - numbers[below] < numbers[above] - value || (value - numbers[below] == numbers[above] - value && (below & 1) == 0) ? below : above;
                Assert.Equal((value, nearest), (value, T.ToBits(T.FromSingleSaturating(value))));
            }
        }
    }

    [Fact]
    public void SpecialValuesAreWhatTheirNamesSay()
    {
        Assert.Equal(0x01, T.ToBits(T.Epsilon));
        Assert.Equal(0x7F, T.ToBits(T.NaN));
        Assert.Equal(Largest, T.ToBits(T.MaxValue));
        Assert.Equal(Largest | SignMask, T.ToBits(T.MinValue));
        Assert.Equal(1f, (float)T.One);
        Assert.Equal(0, T.ToBits(T.Zero));
    }

    [Fact]
    public void ComparisonsAreThoseOfFloat()
    {
        var numbers = Enumerable.Range(0, 256).Select(code => T.FromBits((byte)code)).ToArray();
        foreach (var a in numbers)
        {
            foreach (var b in numbers)
            {
                var (x, y) = ((float)a, (float)b);
                Assert.Equal((x < y, x <= y, x > y, x >= y, x == y, x != y), (a < b, a <= b, a > b, a >= b, a == b, a != b));
                Assert.Equal(Math.Sign(x.CompareTo(y)), Math.Sign(a.CompareTo(b)));
                Assert.Equal(x.Equals(y), a.Equals(b));
                Assert.True(!a.Equals(b) || a.GetHashCode() == b.GetHashCode());
            }

            Assert.True(a.Equals((object)a));
            Assert.False(a.Equals((float)a));
            Assert.Equal(0, a.CompareTo((object)a));
        }

        Assert.Equal(1, T.One.CompareTo(null));
        Assert.Throws<ArgumentException>(() => T.One.CompareTo(1f));
    }

    [Fact]
    public void TextIsThatOfTheExactValue()
    {
        Span<char> text = stackalloc char[32];
        Span<byte> bytes = stackalloc byte[32];
        for (var code = 0; code < 256; code++)
        {
            var number = T.FromBits((byte)code);
            var expected = ((float)number).ToString(CultureInfo.InvariantCulture);
            Assert.Equal(expected, number.ToString(null, CultureInfo.InvariantCulture));
            Assert.True(number.TryFormat(text, out var length, default, CultureInfo.InvariantCulture));
            Assert.Equal(expected, text[..length].ToString());
            Assert.True(number.TryFormat(bytes, out length, default, CultureInfo.InvariantCulture));
            Assert.Equal(expected, Encoding.UTF8.GetString(bytes[..length]));
            Assert.Equal(((float)number).ToString("F3", CultureInfo.InvariantCulture), number.ToString("F3", CultureInfo.InvariantCulture));
            Assert.Equal(number, T.Parse(expected, CultureInfo.InvariantCulture));
            Assert.Equal(number, T.Parse(expected.AsSpan(), CultureInfo.InvariantCulture));
            Assert.True(T.TryParse(expected, CultureInfo.InvariantCulture, out var parsed));
            Assert.Equal(number, parsed);
        }

        Assert.False(T.TryParse("one", CultureInfo.InvariantCulture, out _));
        Assert.False(T.TryParse(null, CultureInfo.InvariantCulture, out _));
        Assert.Throws<FormatException>(() => T.Parse("one", CultureInfo.InvariantCulture));
    }

    private static uint Hex(string digits) => uint.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

public sealed class Float8E4M3Tests : Float8Tests<Float8E4M3>
{
    protected override string Format => "e4m3";

    protected override byte Largest => 0x7E;

    protected override byte[] NaNs => [0x7F];

    protected override double LastStep => 32;

    protected override byte Beyond => 0x7F;

    [Fact]
    public void TheLargestNumberIs448AndTheSmallestTwoToTheMinusNine() =>
        Assert.Equal((448f, -448f, 1f / 512, -0f), ((float)Float8E4M3.MaxValue, (float)Float8E4M3.MinValue, (float)Float8E4M3.Epsilon, (float)Float8E4M3.NegativeZero));

    [Fact]
    public void OtherTypesAreRoundedOnce()
    {
        // Just above a tie in double, on it in float: two roundings would go down.
        Assert.Equal(1.125f, (float)(Float8E4M3)(1.0625 + 1e-12));
        Assert.Equal(1f, (float)(Float8E4M3)1.0625);
        Assert.Equal(1.125f, (float)Float8E4M3.Parse("1.0625000000001", CultureInfo.InvariantCulture));
        Assert.Equal(0x7F, Float8E4M3.ToBits((Float8E4M3)1e300));
        Assert.Equal(-448f, (float)(Float8E4M3)(-450));
        Assert.Equal(7, (int)(Float8E4M3)7.4f);
        for (var code = 0; code < 256; code++)
        {
            var number = Float8E4M3.FromBits((byte)code);
            if (Float8E4M3.IsNaN(number)) continue;
            Assert.Equal(code, Float8E4M3.ToBits((Float8E4M3)(Half)number));
            Assert.Equal(code, Float8E4M3.ToBits((Float8E4M3)(BFloat16)number));
            Assert.Equal(code, Float8E4M3.ToBits((Float8E4M3)(double)number));
        }

        Assert.Equal(Float8E4M3.NaN, (Float8E4M3)Float8E5M2.PositiveInfinity);
        Assert.Equal(Float8E4M3.NaN, (Float8E4M3)Float8E5M2.MaxValue);
        Assert.Equal(1.75f, (float)(Float8E4M3)(Float8E5M2)1.75f);
    }
}

public sealed class Float8E5M2Tests : Float8Tests<Float8E5M2>
{
    protected override string Format => "e5m2";

    protected override byte Largest => 0x7B;

    protected override byte[] NaNs => [0x7D, 0x7E, 0x7F];

    protected override double LastStep => 8192;

    protected override byte Beyond => 0x7C;

    [Fact]
    public void TheLargestNumberIs57344AndTheSmallestTwoToTheMinusSixteen() =>
        Assert.Equal((57344f, -57344f, 1f / 65536, -0f), ((float)Float8E5M2.MaxValue, (float)Float8E5M2.MinValue, (float)Float8E5M2.Epsilon, (float)Float8E5M2.NegativeZero));

    [Fact]
    public void EveryCodeIsTheUpperByteOfAHalf()
    {
        for (var code = 0; code < 256; code++)
        {
            var half = BitConverter.UInt16BitsToHalf((ushort)(code << 8));
            Assert.Equal((float)half, (float)Float8E5M2.FromBits((byte)code));
            Assert.Equal(half, (Half)Float8E5M2.FromBits((byte)code));
            Assert.Equal(Half.IsNaN(half) ? 0x7F : code, Float8E5M2.ToBits((Float8E5M2)half));
        }
    }

    [Fact]
    public void OtherTypesAreRoundedOnce()
    {
        Assert.Equal(1.25f, (float)(Float8E5M2)(1.125 + 1e-12));
        Assert.Equal(1f, (float)(Float8E5M2)1.125);
        Assert.Equal(Float8E5M2.NegativeInfinity, (Float8E5M2)(-1e300));
        Assert.Equal(57344f, (float)(Float8E5M2)61439);
        Assert.Equal(Float8E5M2.PositiveInfinity, (Float8E5M2)61440);
        Assert.Equal(3f, (float)(Float8E5M2)(BFloat16)3f);
        Assert.Equal(3f, (float)(BFloat16)(Float8E5M2)3f);
        Assert.Equal(448f, (float)(Float8E5M2)Float8E4M3.MaxValue);
        Assert.Equal(Float8E5M2.NaN, (Float8E5M2)Float8E4M3.NaN);
    }
}
