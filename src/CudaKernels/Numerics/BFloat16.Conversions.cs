using System.Runtime.CompilerServices;

namespace CudaKernels;

public readonly partial struct BFloat16
{
    /// <summary>Rounds to nearest even; past the largest finite number to infinity, NaN to 0x7FFF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float value) => FromSingle(value);

    /// <summary>Rounds once to nearest even, with no intermediate rounding to float.</summary>
    public static explicit operator BFloat16(double value) => FromSingle(RoundToOdd(value));

    /// <summary>Rounds once to nearest even: the 11 significant bits of Half become 8.</summary>
    public static explicit operator BFloat16(Half value) => FromSingle((float)value);

    /// <summary>Rounds to nearest even, through double.</summary>
    public static explicit operator BFloat16(decimal value) => (BFloat16)(double)value;

    /// <summary>Exact: every byte has at most 8 significant bits.</summary>
    public static implicit operator BFloat16(byte value) => FromSingle(value);

    /// <summary>Exact: every sbyte has at most 8 significant bits.</summary>
    public static implicit operator BFloat16(sbyte value) => FromSingle(value);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(char value) => FromSingle(value);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(short value) => FromSingle(value);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(ushort value) => FromSingle(value);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(int value) => (BFloat16)(double)value;

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(uint value) => (BFloat16)(double)value;

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(long value) => FromInteger((ulong)(value < 0 ? unchecked(-value) : value), value < 0);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(nint value) => FromInteger((ulong)(value < 0 ? unchecked(-value) : value), value < 0);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(ulong value) => FromInteger(value, negative: false);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(nuint value) => FromInteger(value, negative: false);

    /// <summary>Rounds once to nearest even.</summary>
    public static explicit operator BFloat16(Int128 value) => FromInteger((UInt128)(value < 0 ? unchecked(-value) : value), value < 0);

    /// <summary>Rounds once to nearest even; the largest values become infinity.</summary>
    public static explicit operator BFloat16(UInt128 value) => FromInteger(value, negative: false);

    /// <summary>Exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator float(BFloat16 value) => ToSingle(value);

    /// <summary>Exact.</summary>
    public static explicit operator double(BFloat16 value) => ToSingle(value);

    /// <summary>Rounds to nearest even; beyond 65504 to infinity, below 2^-24 towards subnormals and zero.</summary>
    public static explicit operator Half(BFloat16 value) => (Half)ToSingle(value);

    /// <summary>Converts as <see cref="float"/> does.</summary>
    /// <exception cref="OverflowException">The number is NaN, infinite or beyond the range of decimal.</exception>
    public static explicit operator decimal(BFloat16 value) => (decimal)ToSingle(value);

    /// <summary>Truncates towards zero; outside the range of byte as <see cref="float"/> does.</summary>
    public static explicit operator byte(BFloat16 value) => (byte)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of byte.</exception>
    public static explicit operator checked byte(BFloat16 value) => checked((byte)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of sbyte as <see cref="float"/> does.</summary>
    public static explicit operator sbyte(BFloat16 value) => (sbyte)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of sbyte.</exception>
    public static explicit operator checked sbyte(BFloat16 value) => checked((sbyte)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of char as <see cref="float"/> does.</summary>
    public static explicit operator char(BFloat16 value) => (char)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of char.</exception>
    public static explicit operator checked char(BFloat16 value) => checked((char)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of short as <see cref="float"/> does.</summary>
    public static explicit operator short(BFloat16 value) => (short)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of short.</exception>
    public static explicit operator checked short(BFloat16 value) => checked((short)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of ushort as <see cref="float"/> does.</summary>
    public static explicit operator ushort(BFloat16 value) => (ushort)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of ushort.</exception>
    public static explicit operator checked ushort(BFloat16 value) => checked((ushort)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of int as <see cref="float"/> does.</summary>
    public static explicit operator int(BFloat16 value) => (int)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of int.</exception>
    public static explicit operator checked int(BFloat16 value) => checked((int)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of uint as <see cref="float"/> does.</summary>
    public static explicit operator uint(BFloat16 value) => (uint)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of uint.</exception>
    public static explicit operator checked uint(BFloat16 value) => checked((uint)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of long as <see cref="float"/> does.</summary>
    public static explicit operator long(BFloat16 value) => (long)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of long.</exception>
    public static explicit operator checked long(BFloat16 value) => checked((long)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of ulong as <see cref="float"/> does.</summary>
    public static explicit operator ulong(BFloat16 value) => (ulong)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of ulong.</exception>
    public static explicit operator checked ulong(BFloat16 value) => checked((ulong)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of nint as <see cref="float"/> does.</summary>
    public static explicit operator nint(BFloat16 value) => (nint)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of nint.</exception>
    public static explicit operator checked nint(BFloat16 value) => checked((nint)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of nuint as <see cref="float"/> does.</summary>
    public static explicit operator nuint(BFloat16 value) => (nuint)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of nuint.</exception>
    public static explicit operator checked nuint(BFloat16 value) => checked((nuint)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of Int128 as <see cref="float"/> does.</summary>
    public static explicit operator Int128(BFloat16 value) => (Int128)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of Int128.</exception>
    public static explicit operator checked Int128(BFloat16 value) => checked((Int128)ToSingle(value));

    /// <summary>Truncates towards zero; outside the range of UInt128 as <see cref="float"/> does.</summary>
    public static explicit operator UInt128(BFloat16 value) => (UInt128)ToSingle(value);

    /// <summary>Truncates towards zero.</summary>
    /// <exception cref="OverflowException">The number is NaN or outside the range of UInt128.</exception>
    public static explicit operator checked UInt128(BFloat16 value) => checked((UInt128)ToSingle(value));

    // Rounding to odd keeps every later rounding to fewer bits correct: an inexact result gets its last bit set, so it can
    // never look like a tie.
    internal static float RoundToOdd(double value)
    {
        float nearest = (float)value;
        if ((double)nearest == value || double.IsNaN(value)) return nearest;
        uint bits = BitConverter.SingleToUInt32Bits(nearest);
        if (Math.Abs((double)nearest) > Math.Abs(value)) bits--;
        return BitConverter.UInt32BitsToSingle(bits | 1);
    }

    private static BFloat16 FromInteger(UInt128 magnitude, bool negative)
    {
        // 24 bits hold the 8 kept ones, the rounding bit and a sticky bit that stands for all that is shifted out.
        int excess = Math.Max(0, 128 - (int)UInt128.LeadingZeroCount(magnitude) - 24);
        uint kept = (uint)(magnitude >> excess);
        if (((UInt128)kept << excess) != magnitude) kept |= 1;
        float value = MathF.ScaleB(kept, excess);
        return FromSingle(negative ? -value : value);
    }
}
