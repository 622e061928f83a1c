using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// The 8-bit floating-point number E5M2 of the OCP specification (<c>__nv_fp8_e5m2</c> of CUDA, <c>float8_e5m2</c> of PyTorch and JAX):
/// one sign bit, five exponent bits with the bias 15, two fraction bits, special values as in IEEE 754: the upper byte of a
/// <see cref="Half"/>.
/// </summary>
/// <remarks>
/// Conversions round to nearest, ties to even. Past 57344 (from 61440 on, which is half way to 65536) they give infinity, as PyTorch and
/// JAX do; <see cref="FromSingleSaturating"/> gives 57344 instead, as CUDA's conversion does. Every NaN that is made is 0x7F.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float8E5M2 : IFloat8<Float8E5M2>
{
    internal const int FractionBits = 2;
    internal const byte LargestBits = 0x7B;
    internal const byte InfinityBits = 0x7C;

    private static readonly float[] s_values = Float8Codec.Values(FractionBits, LargestBits);

    private readonly byte _bits;

    private Float8E5M2(byte bits) => _bits = bits;

    /// <summary>The smallest positive number, the subnormal 2^-16.</summary>
    public static Float8E5M2 Epsilon => new(0x01);

    /// <summary>The largest finite number, 57344.</summary>
    public static Float8E5M2 MaxValue => new(LargestBits);

    /// <summary>The smallest finite number, -57344.</summary>
    public static Float8E5M2 MinValue => new(LargestBits | Float8Codec.SignMask);

    /// <summary>The canonical NaN, 0x7F, which every conversion makes.</summary>
    public static Float8E5M2 NaN => new(Float8Codec.NaNBits);

    /// <summary>Positive infinity, 0x7C.</summary>
    public static Float8E5M2 PositiveInfinity => new(InfinityBits);

    /// <summary>Negative infinity, 0xFC.</summary>
    public static Float8E5M2 NegativeInfinity => new(InfinityBits | Float8Codec.SignMask);

    /// <summary>Zero.</summary>
    public static Float8E5M2 Zero => default;

    /// <summary>Negative zero, 0x80.</summary>
    public static Float8E5M2 NegativeZero => new(Float8Codec.SignMask);

    /// <summary>One.</summary>
    public static Float8E5M2 One => new(0x3C);

    /// <summary>The number with the given bit pattern.</summary>
    /// <param name="bits">Sign in bit 7, exponent in bits 6 to 2, fraction in bits 1 to 0.</param>
    public static Float8E5M2 FromBits(byte bits) => new(bits);

    /// <summary>The bit pattern of a number: sign in bit 7, exponent in bits 6 to 2, fraction in bits 1 to 0.</summary>
    public static byte ToBits(Float8E5M2 value) => value._bits;

    /// <inheritdoc/>
    public static bool IsNaN(Float8E5M2 value) => (value._bits & ~Float8Codec.SignMask) > InfinityBits;

    /// <inheritdoc/>
    public static bool IsInfinity(Float8E5M2 value) => (value._bits & ~Float8Codec.SignMask) == InfinityBits;

    /// <inheritdoc/>
    public static bool IsFinite(Float8E5M2 value) => (value._bits & ~Float8Codec.SignMask) <= LargestBits;

    /// <inheritdoc/>
    public static bool IsNegative(Float8E5M2 value) => (value._bits & Float8Codec.SignMask) != 0;

    /// <inheritdoc/>
    public static Float8E5M2 FromSingleSaturating(float value) => new(Float8Codec.Round(value, FractionBits, LargestBits, LargestBits));

    /// <summary>Rounds to nearest even; past the largest finite number to infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator Float8E5M2(float value) => new(Float8Codec.Round(value, FractionBits, LargestBits, InfinityBits));

    /// <summary>Rounds once to nearest even, with no intermediate rounding to float; past the largest finite number to infinity.</summary>
    public static explicit operator Float8E5M2(double value) => (Float8E5M2)BFloat16.RoundToOdd(value);

    /// <summary>Rounds once to nearest even; past the largest finite number to infinity.</summary>
    public static explicit operator Float8E5M2(Half value) => (Float8E5M2)(float)value;

    /// <summary>Rounds once to nearest even; past the largest finite number to infinity.</summary>
    public static explicit operator Float8E5M2(BFloat16 value) => (Float8E5M2)(float)value;

    /// <summary>Rounds once to nearest even; no number of the other format is too large.</summary>
    public static explicit operator Float8E5M2(Float8E4M3 value) => (Float8E5M2)(float)value;

    /// <summary>Exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator float(Float8E5M2 value) => s_values[value._bits];

    /// <summary>Exact.</summary>
    public static explicit operator double(Float8E5M2 value) => (float)value;

    /// <summary>Exact.</summary>
    public static explicit operator Half(Float8E5M2 value) => (Half)(float)value;

    /// <summary>Exact.</summary>
    public static explicit operator BFloat16(Float8E5M2 value) => (BFloat16)(float)value;

    /// <summary>Numeric equality: false when either is NaN; the two zeros are equal.</summary>
    public static bool operator ==(Float8E5M2 left, Float8E5M2 right) => (float)left == (float)right;

    /// <summary>The negation of ==: true when either is NaN.</summary>
    public static bool operator !=(Float8E5M2 left, Float8E5M2 right) => (float)left != (float)right;

    /// <summary>Less than; false when either is NaN.</summary>
    public static bool operator <(Float8E5M2 left, Float8E5M2 right) => (float)left < (float)right;

    /// <summary>Greater than; false when either is NaN.</summary>
    public static bool operator >(Float8E5M2 left, Float8E5M2 right) => (float)left > (float)right;

    /// <summary>Less than or equal; false when either is NaN.</summary>
    public static bool operator <=(Float8E5M2 left, Float8E5M2 right) => (float)left <= (float)right;

    /// <summary>Greater than or equal; false when either is NaN.</summary>
    public static bool operator >=(Float8E5M2 left, Float8E5M2 right) => (float)left >= (float)right;

    /// <inheritdoc/>
    public int CompareTo(Float8E5M2 other) => ((float)this).CompareTo((float)other);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is neither null nor a <see cref="Float8E5M2"/>.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Float8E5M2 other => CompareTo(other),
        _ => throw new ArgumentException($"A Float8E5M2 can only be compared with a Float8E5M2, not with a {obj.GetType()}.", nameof(obj)),
    };

    /// <summary>Whether two numbers are equal; here, unlike with ==, every NaN equals every NaN.</summary>
    public bool Equals(Float8E5M2 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E5M2 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();

    /// <summary>The text of the exact value, as <see cref="float"/> writes it.</summary>
    public override string ToString() => ToString(null);

    /// <summary>The text of the exact value in a numeric format, as <see cref="float"/> writes it.</summary>
    public string ToString([StringSyntax(StringSyntaxAttribute.NumericFormat)] string? format, IFormatProvider? formatProvider = null) => ((float)this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, [StringSyntax(StringSyntaxAttribute.NumericFormat)] ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        ((float)this).TryFormat(destination, out charsWritten, format, provider);

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, [StringSyntax(StringSyntaxAttribute.NumericFormat)] ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        ((float)this).TryFormat(utf8Destination, out bytesWritten, format, provider);

    /// <summary>Parses a number and rounds it once to nearest even; past the largest finite number to infinity.</summary>
    /// <exception cref="FormatException">The text is not a number.</exception>
    public static Float8E5M2 Parse(string s, IFormatProvider? provider = null) => (Float8E5M2)double.Parse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Float8E5M2 Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => (Float8E5M2)double.Parse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Float8E5M2 result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Float8E5M2 result)
    {
        var parsed = double.TryParse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider, out var value);
        result = (Float8E5M2)value;
        return parsed;
    }
}
