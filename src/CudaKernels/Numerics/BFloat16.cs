using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// The 16-bit brain floating-point number of CUDA (<c>__nv_bfloat16</c>): one sign bit, eight exponent bits with the bias
/// of <see cref="float"/>, seven fraction bits. It spans the range of <see cref="float"/> with 8 significant bits.
/// </summary>
/// <remarks>
/// Arithmetic is computed in <see cref="float"/> and rounded to nearest, ties to even; for + - * / and the square root the
/// result equals the correctly rounded one. Every NaN that is computed or converted becomes the canonical NaN 0x7FFF, as
/// on the device.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly partial struct BFloat16 : IBinaryFloatingPointIeee754<BFloat16>, IMinMaxValue<BFloat16>, IUtf8SpanFormattable
{
    private const ushort SignMask = 0x8000;
    private const ushort ExponentMask = 0x7F80;
    private const ushort FractionMask = 0x007F;
    private const int FractionBits = 7;
    private const int ExponentBias = 127;
    private const ushort NaNBits = 0x7FFF;

    private readonly ushort _bits;

    private BFloat16(ushort bits) => _bits = bits;

    /// <summary>The number with the given bit pattern.</summary>
    /// <param name="bits">Sign in bit 15, exponent in bits 14 to 7, fraction in bits 6 to 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BFloat16 FromBits(ushort bits) => new(bits);

    /// <summary>The bit pattern of a number: sign in bit 15, exponent in bits 14 to 7, fraction in bits 6 to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort ToBits(BFloat16 value) => value._bits;

    /// <summary>The smallest positive number, the subnormal 2^-133.</summary>
    public static BFloat16 Epsilon => new(0x0001);

    /// <summary>The canonical NaN of the device, 0x7FFF.</summary>
    public static BFloat16 NaN => new(NaNBits);

    /// <summary>Negative infinity, 0xFF80.</summary>
    public static BFloat16 NegativeInfinity => new(0xFF80);

    /// <summary>Positive infinity, 0x7F80.</summary>
    public static BFloat16 PositiveInfinity => new(0x7F80);

    /// <summary>Negative zero, 0x8000.</summary>
    public static BFloat16 NegativeZero => new(SignMask);

    /// <summary>The largest finite number, (2 - 2^-7) * 2^127, about 3.39e38.</summary>
    public static BFloat16 MaxValue => new(0x7F7F);

    /// <summary>The smallest finite number, -(2 - 2^-7) * 2^127, about -3.39e38.</summary>
    public static BFloat16 MinValue => new(0xFF7F);

    /// <summary>Zero.</summary>
    public static BFloat16 Zero => default;

    /// <summary>One.</summary>
    public static BFloat16 One => new(0x3F80);

    /// <summary>Minus one.</summary>
    public static BFloat16 NegativeOne => new(0xBF80);

    /// <summary>The number nearest to e: 2.71875.</summary>
    public static BFloat16 E => new(0x402E);

    /// <summary>The number nearest to pi: 3.140625.</summary>
    public static BFloat16 Pi => new(0x4049);

    /// <summary>The number nearest to 2 pi: 6.28125.</summary>
    public static BFloat16 Tau => new(0x40C9);

    static BFloat16 IAdditiveIdentity<BFloat16, BFloat16>.AdditiveIdentity => Zero;

    static BFloat16 IMultiplicativeIdentity<BFloat16, BFloat16>.MultiplicativeIdentity => One;

    static BFloat16 IBinaryNumber<BFloat16>.AllBitsSet => new(0xFFFF);

    static int INumberBase<BFloat16>.Radix => 2;

    /// <inheritdoc/>
    public int CompareTo(BFloat16 other) => ToSingle(this).CompareTo(ToSingle(other));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="obj"/> is neither null nor a <see cref="BFloat16"/>.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        BFloat16 other => CompareTo(other),
        _ => throw new ArgumentException($"A BFloat16 can only be compared with a BFloat16, not with a {obj.GetType()}.", nameof(obj)),
    };

    /// <summary>Whether two numbers are equal; here, unlike with ==, every NaN equals every NaN.</summary>
    public bool Equals(BFloat16 other) => this == other || (IsNaN(this) && IsNaN(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsNaN(this) ? NaNBits : (_bits & ~SignMask) == 0 ? 0 : _bits;

    int IFloatingPoint<BFloat16>.GetExponentByteCount() => sizeof(sbyte);

    int IFloatingPoint<BFloat16>.GetExponentShortestBitLength()
    {
        int exponent = UnbiasedExponent;
        return exponent >= 0 ? 32 - int.LeadingZeroCount(exponent) : 33 - int.LeadingZeroCount(~exponent);
    }

    int IFloatingPoint<BFloat16>.GetSignificandByteCount() => sizeof(ushort);

    int IFloatingPoint<BFloat16>.GetSignificandBitLength() => FractionBits + 1;

    bool IFloatingPoint<BFloat16>.TryWriteExponentBigEndian(Span<byte> destination, out int bytesWritten) =>
        TryWriteExponent(destination, out bytesWritten);

    bool IFloatingPoint<BFloat16>.TryWriteExponentLittleEndian(Span<byte> destination, out int bytesWritten) =>
        TryWriteExponent(destination, out bytesWritten);

    bool IFloatingPoint<BFloat16>.TryWriteSignificandBigEndian(Span<byte> destination, out int bytesWritten)
    {
        bool fits = System.Buffers.Binary.BinaryPrimitives.TryWriteUInt16BigEndian(destination, Significand);
        bytesWritten = fits ? sizeof(ushort) : 0;
        return fits;
    }

    bool IFloatingPoint<BFloat16>.TryWriteSignificandLittleEndian(Span<byte> destination, out int bytesWritten)
    {
        bool fits = System.Buffers.Binary.BinaryPrimitives.TryWriteUInt16LittleEndian(destination, Significand);
        bytesWritten = fits ? sizeof(ushort) : 0;
        return fits;
    }

    private int BiasedExponent => (_bits & ExponentMask) >> FractionBits;

    // As in Half, the exponent of zero and of the subnormals is the stored one, -127.
    private int UnbiasedExponent => BiasedExponent - ExponentBias;

    private ushort Significand => (ushort)((_bits & FractionMask) | (BiasedExponent == 0 ? 0 : 1 << FractionBits));

    private bool TryWriteExponent(Span<byte> destination, out int bytesWritten)
    {
        // -127 to 128 does not fit a signed byte at its top: infinity and NaN wrap to -128, as the exponent of float does.
        bytesWritten = destination.IsEmpty ? 0 : sizeof(sbyte);
        if (destination.IsEmpty) return false;
        destination[0] = unchecked((byte)UnbiasedExponent);
        return true;
    }
}
