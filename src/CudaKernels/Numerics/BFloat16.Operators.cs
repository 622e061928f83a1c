using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

public readonly partial struct BFloat16
{
    /// <summary>The sum, rounded to nearest even.</summary>
    public static BFloat16 operator +(BFloat16 left, BFloat16 right) => FromSingle(ToSingle(left) + ToSingle(right));

    /// <summary>The difference, rounded to nearest even.</summary>
    public static BFloat16 operator -(BFloat16 left, BFloat16 right) => FromSingle(ToSingle(left) - ToSingle(right));

    /// <summary>The product, rounded to nearest even.</summary>
    public static BFloat16 operator *(BFloat16 left, BFloat16 right) => FromSingle(ToSingle(left) * ToSingle(right));

    /// <summary>The quotient, rounded to nearest even; x / 0 is an infinity, 0 / 0 is NaN.</summary>
    public static BFloat16 operator /(BFloat16 left, BFloat16 right) => FromSingle(ToSingle(left) / ToSingle(right));

    /// <summary>The exact remainder of the truncated division, with the sign of <paramref name="left"/>.</summary>
    public static BFloat16 operator %(BFloat16 left, BFloat16 right) => FromSingle(ToSingle(left) % ToSingle(right));

    /// <summary>The number itself.</summary>
    public static BFloat16 operator +(BFloat16 value) => value;

    /// <summary>The number with its sign bit flipped, NaN included.</summary>
    public static BFloat16 operator -(BFloat16 value) => new((ushort)(value._bits ^ SignMask));

    /// <summary>The number plus one, rounded to nearest even.</summary>
    public static BFloat16 operator ++(BFloat16 value) => value + One;

    /// <summary>The number minus one, rounded to nearest even.</summary>
    public static BFloat16 operator --(BFloat16 value) => value - One;

    /// <summary>Numeric equality: false when either is NaN; the two zeros are equal.</summary>
    public static bool operator ==(BFloat16 left, BFloat16 right) => ToSingle(left) == ToSingle(right);

    /// <summary>The negation of ==: true when either is NaN.</summary>
    public static bool operator !=(BFloat16 left, BFloat16 right) => ToSingle(left) != ToSingle(right);

    /// <summary>Less than; false when either is NaN.</summary>
    public static bool operator <(BFloat16 left, BFloat16 right) => ToSingle(left) < ToSingle(right);

    /// <summary>Greater than; false when either is NaN.</summary>
    public static bool operator >(BFloat16 left, BFloat16 right) => ToSingle(left) > ToSingle(right);

    /// <summary>Less than or equal; false when either is NaN.</summary>
    public static bool operator <=(BFloat16 left, BFloat16 right) => ToSingle(left) <= ToSingle(right);

    /// <summary>Greater than or equal; false when either is NaN.</summary>
    public static bool operator >=(BFloat16 left, BFloat16 right) => ToSingle(left) >= ToSingle(right);

    static BFloat16 IBitwiseOperators<BFloat16, BFloat16, BFloat16>.operator &(BFloat16 left, BFloat16 right) =>
        new((ushort)(left._bits & right._bits));

    static BFloat16 IBitwiseOperators<BFloat16, BFloat16, BFloat16>.operator |(BFloat16 left, BFloat16 right) =>
        new((ushort)(left._bits | right._bits));

    static BFloat16 IBitwiseOperators<BFloat16, BFloat16, BFloat16>.operator ^(BFloat16 left, BFloat16 right) =>
        new((ushort)(left._bits ^ right._bits));

    static BFloat16 IBitwiseOperators<BFloat16, BFloat16, BFloat16>.operator ~(BFloat16 value) =>
        new((ushort)~value._bits);

    // The rounding of the whole type: nearest even by integer addition; the carry runs into the exponent and, past the
    // largest finite number, makes infinity.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static BFloat16 FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? NaN : new((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ToSingle(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value._bits << 16);
}
