using System.Numerics;

namespace CudaKernels;

// Classification, magnitudes and rounding to integers.
public readonly partial struct BFloat16
{
    /// <inheritdoc/>
    public static BFloat16 Abs(BFloat16 value) => new((ushort)(value._bits & ~SignMask));

    /// <inheritdoc/>
    public static bool IsNaN(BFloat16 value) => (value._bits & ~SignMask) > ExponentMask;

    /// <inheritdoc/>
    public static bool IsInfinity(BFloat16 value) => (value._bits & ~SignMask) == ExponentMask;

    /// <inheritdoc/>
    public static bool IsPositiveInfinity(BFloat16 value) => value._bits == ExponentMask;

    /// <inheritdoc/>
    public static bool IsNegativeInfinity(BFloat16 value) => value._bits == (ExponentMask | SignMask);

    /// <inheritdoc/>
    public static bool IsFinite(BFloat16 value) => (value._bits & ExponentMask) != ExponentMask;

    /// <inheritdoc/>
    public static bool IsNegative(BFloat16 value) => (value._bits & SignMask) != 0;

    /// <inheritdoc/>
    public static bool IsPositive(BFloat16 value) => (value._bits & SignMask) == 0;

    /// <inheritdoc/>
    public static bool IsNormal(BFloat16 value) => value.BiasedExponent is not 0 and not 0xFF;

    /// <inheritdoc/>
    public static bool IsSubnormal(BFloat16 value) => value.BiasedExponent == 0 && (value._bits & FractionMask) != 0;

    /// <inheritdoc/>
    public static bool IsRealNumber(BFloat16 value) => !IsNaN(value);

    /// <inheritdoc/>
    public static bool IsInteger(BFloat16 value) => float.IsInteger(ToSingle(value));

    /// <inheritdoc/>
    public static bool IsEvenInteger(BFloat16 value) => float.IsEvenInteger(ToSingle(value));

    /// <inheritdoc/>
    public static bool IsOddInteger(BFloat16 value) => float.IsOddInteger(ToSingle(value));

    /// <inheritdoc/>
    public static bool IsPow2(BFloat16 value) => float.IsPow2(ToSingle(value));

    static bool INumberBase<BFloat16>.IsCanonical(BFloat16 value) => true;

    static bool INumberBase<BFloat16>.IsComplexNumber(BFloat16 value) => false;

    static bool INumberBase<BFloat16>.IsImaginaryNumber(BFloat16 value) => false;

    static bool INumberBase<BFloat16>.IsZero(BFloat16 value) => (value._bits & ~SignMask) == 0;

    /// <inheritdoc/>
    /// <exception cref="ArithmeticException">The number is NaN.</exception>
    public static int Sign(BFloat16 value) => MathF.Sign(ToSingle(value));

    /// <inheritdoc/>
    public static BFloat16 CopySign(BFloat16 value, BFloat16 sign) => new((ushort)((value._bits & ~SignMask) | (sign._bits & SignMask)));

    /// <inheritdoc/>
    public static BFloat16 Clamp(BFloat16 value, BFloat16 min, BFloat16 max) =>
        FromSingle(Math.Clamp(ToSingle(value), ToSingle(min), ToSingle(max)));

    /// <inheritdoc/>
    public static BFloat16 Max(BFloat16 x, BFloat16 y) => FromSingle(MathF.Max(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MaxNumber(BFloat16 x, BFloat16 y) => FromSingle(float.MaxNumber(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 Min(BFloat16 x, BFloat16 y) => FromSingle(MathF.Min(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MinNumber(BFloat16 x, BFloat16 y) => FromSingle(float.MinNumber(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MaxMagnitude(BFloat16 x, BFloat16 y) => FromSingle(MathF.MaxMagnitude(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MaxMagnitudeNumber(BFloat16 x, BFloat16 y) => FromSingle(float.MaxMagnitudeNumber(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MinMagnitude(BFloat16 x, BFloat16 y) => FromSingle(MathF.MinMagnitude(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 MinMagnitudeNumber(BFloat16 x, BFloat16 y) => FromSingle(float.MinMagnitudeNumber(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 Ceiling(BFloat16 x) => FromSingle(MathF.Ceiling(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Floor(BFloat16 x) => FromSingle(MathF.Floor(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Truncate(BFloat16 x) => FromSingle(MathF.Truncate(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Round(BFloat16 x) => FromSingle(MathF.Round(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Round(BFloat16 x, int digits) => FromSingle(MathF.Round(ToSingle(x), digits));

    /// <inheritdoc/>
    public static BFloat16 Round(BFloat16 x, MidpointRounding mode) => FromSingle(MathF.Round(ToSingle(x), mode));

    /// <inheritdoc/>
    public static BFloat16 Round(BFloat16 x, int digits, MidpointRounding mode) => FromSingle(MathF.Round(ToSingle(x), digits, mode));
}
