using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// The 8-bit floating-point number E4M3 of the OCP specification (<c>__nv_fp8_e4m3</c> of CUDA, <c>float8_e4m3fn</c> of PyTorch and
/// JAX): one sign bit, four exponent bits with the bias 7, three fraction bits. It has no infinities, and one NaN of either sign.
/// </summary>
/// <remarks>
/// Conversions round to nearest, ties to even. Past 448 (above 464, which is half way to the number that is missing) they give NaN, as
/// PyTorch and JAX do; <see cref="FromSingleSaturating"/> gives 448 instead, as CUDA's conversion does. Every NaN that is made is 0x7F.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Float8E4M3 : IFloat8<Float8E4M3>
{
    internal const int FractionBits = 3;
    internal const byte LargestBits = 0x7E;

    private static readonly float[] s_values = Float8Codec.Values(FractionBits, LargestBits);

    private readonly byte _bits;

    private Float8E4M3(byte bits) => _bits = bits;

    /// <summary>The smallest positive number, the subnormal 2^-9.</summary>
    public static Float8E4M3 Epsilon => new(0x01);

    /// <summary>The largest finite number, 448.</summary>
    public static Float8E4M3 MaxValue => new(LargestBits);

    /// <summary>The smallest finite number, -448.</summary>
    public static Float8E4M3 MinValue => new(LargestBits | Float8Codec.SignMask);

    /// <summary>The canonical NaN, 0x7F, which every conversion makes.</summary>
    public static Float8E4M3 NaN => new(Float8Codec.NaNBits);

    /// <summary>Zero.</summary>
    public static Float8E4M3 Zero => default;

    /// <summary>Negative zero, 0x80.</summary>
    public static Float8E4M3 NegativeZero => new(Float8Codec.SignMask);

    /// <summary>One.</summary>
    public static Float8E4M3 One => new(0x38);

    /// <summary>The number with the given bit pattern.</summary>
    /// <param name="bits">Sign in bit 7, exponent in bits 6 to 3, fraction in bits 2 to 0.</param>
    public static Float8E4M3 FromBits(byte bits) => new(bits);

    /// <summary>The bit pattern of a number: sign in bit 7, exponent in bits 6 to 3, fraction in bits 2 to 0.</summary>
    public static byte ToBits(Float8E4M3 value) => value._bits;

    /// <inheritdoc/>
    public static bool IsNaN(Float8E4M3 value) => (value._bits & ~Float8Codec.SignMask) == Float8Codec.NaNBits;

    /// <summary>False: the format has no infinities.</summary>
    public static bool IsInfinity(Float8E4M3 value) => false;

    /// <inheritdoc/>
    public static bool IsFinite(Float8E4M3 value) => (value._bits & ~Float8Codec.SignMask) <= LargestBits;

    /// <inheritdoc/>
    public static bool IsNegative(Float8E4M3 value) => (value._bits & Float8Codec.SignMask) != 0;

    /// <inheritdoc/>
    public static Float8E4M3 FromSingleSaturating(float value) => new(Float8Codec.Round(value, FractionBits, LargestBits, LargestBits));

    /// <summary>Rounds to nearest even; past the largest finite number to NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator Float8E4M3(float value) => new(Float8Codec.Round(value, FractionBits, LargestBits, Float8Codec.NaNBits));

    /// <summary>Rounds once to nearest even, with no intermediate rounding to float; past the largest finite number to NaN.</summary>
    public static explicit operator Float8E4M3(double value) => (Float8E4M3)BFloat16.RoundToOdd(value);

    /// <summary>Rounds once to nearest even; past the largest finite number to NaN.</summary>
    public static explicit operator Float8E4M3(Half value) => (Float8E4M3)(float)value;

    /// <summary>Rounds once to nearest even; past the largest finite number to NaN.</summary>
    public static explicit operator Float8E4M3(BFloat16 value) => (Float8E4M3)(float)value;

    /// <summary>Rounds once to nearest even; past the largest finite number, and from infinities, to NaN.</summary>
    public static explicit operator Float8E4M3(Float8E5M2 value) => (Float8E4M3)(float)value;

    /// <summary>Exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator float(Float8E4M3 value) => s_values[value._bits];

    /// <summary>Exact.</summary>
    public static explicit operator double(Float8E4M3 value) => (float)value;

    /// <summary>Exact.</summary>
    public static explicit operator Half(Float8E4M3 value) => (Half)(float)value;

    /// <summary>Exact.</summary>
    public static explicit operator BFloat16(Float8E4M3 value) => (BFloat16)(float)value;

    /// <summary>Numeric equality: false when either is NaN; the two zeros are equal.</summary>
    public static bool operator ==(Float8E4M3 left, Float8E4M3 right) => (float)left == (float)right;

    /// <summary>The negation of ==: true when either is NaN.</summary>
    public static bool operator !=(Float8E4M3 left, Float8E4M3 right) => (float)left != (float)right;

    /// <summary>Less than; false when either is NaN.</summary>
    public static bool operator <(Float8E4M3 left, Float8E4M3 right) => (float)left < (float)right;

    /// <summary>Greater than; false when either is NaN.</summary>
    public static bool operator >(Float8E4M3 left, Float8E4M3 right) => (float)left > (float)right;

    /// <summary>Less than or equal; false when either is NaN.</summary>
    public static bool operator <=(Float8E4M3 left, Float8E4M3 right) => (float)left <= (float)right;

    /// <summary>Greater than or equal; false when either is NaN.</summary>
    public static bool operator >=(Float8E4M3 left, Float8E4M3 right) => (float)left >= (float)right;

    /// <inheritdoc/>
    public int CompareTo(Float8E4M3 other) => ((float)this).CompareTo((float)other);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is neither null nor a <see cref="Float8E4M3"/>.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Float8E4M3 other => CompareTo(other),
        _ => throw new ArgumentException($"A Float8E4M3 can only be compared with a Float8E4M3, not with a {obj.GetType()}.", nameof(obj)),
    };

    /// <summary>Whether two numbers are equal; here, unlike with ==, every NaN equals every NaN.</summary>
    public bool Equals(Float8E4M3 other) => ((float)this).Equals((float)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E4M3 other && Equals(other);

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

    /// <summary>Parses a number and rounds it once to nearest even; past the largest finite number to NaN.</summary>
    /// <exception cref="FormatException">The text is not a number.</exception>
    public static Float8E4M3 Parse(string s, IFormatProvider? provider = null) => (Float8E4M3)double.Parse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider);

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static Float8E4M3 Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => (Float8E4M3)double.Parse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Float8E4M3 result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Float8E4M3 result)
    {
        var parsed = double.TryParse(s, NumberStyles.Float | NumberStyles.AllowThousands, provider, out var value);
        result = (Float8E4M3)value;
        return parsed;
    }
}
