using System.Numerics;

namespace CudaKernels;

/// <summary>
/// An 8-bit floating-point number: tensors hold it, and conversions, comparisons and text know it; arithmetic is done in a wider
/// type. <see cref="Float8E4M3"/> and <see cref="Float8E5M2"/> are such numbers.
/// </summary>
/// <typeparam name="TSelf">The number itself.</typeparam>
public interface IFloat8<TSelf> : IComparable, IComparable<TSelf>, IEquatable<TSelf>, IComparisonOperators<TSelf, TSelf, bool>, IMinMaxValue<TSelf>, ISpanParsable<TSelf>, ISpanFormattable, IUtf8SpanFormattable
    where TSelf : unmanaged, IFloat8<TSelf>
{
    /// <summary>The smallest positive number.</summary>
    static abstract TSelf Epsilon { get; }

    /// <summary>The canonical NaN, 0x7F.</summary>
    static abstract TSelf NaN { get; }

    /// <summary>Zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>One.</summary>
    static abstract TSelf One { get; }

    /// <summary>The number with the given bit pattern: the sign in bit 7, then the exponent, then the fraction.</summary>
    /// <param name="bits">Any byte is a number or NaN.</param>
    static abstract TSelf FromBits(byte bits);

    /// <summary>The bit pattern of a number.</summary>
    /// <param name="value">The number.</param>
    static abstract byte ToBits(TSelf value);

    /// <summary>Whether a number is NaN.</summary>
    /// <param name="value">The number.</param>
    static abstract bool IsNaN(TSelf value);

    /// <summary>Whether a number is an infinity.</summary>
    /// <param name="value">The number.</param>
    static abstract bool IsInfinity(TSelf value);

    /// <summary>Whether a number is neither NaN nor an infinity.</summary>
    /// <param name="value">The number.</param>
    static abstract bool IsFinite(TSelf value);

    /// <summary>Whether the sign bit is set: of -0 and of NaN too.</summary>
    /// <param name="value">The number.</param>
    static abstract bool IsNegative(TSelf value);

    /// <summary>Rounds to nearest, ties to even, and past the largest finite number to it, infinities too; NaN stays NaN (0x7F). This is <c>cvt.rn.satfinite</c> of CUDA.</summary>
    /// <param name="value">Any float.</param>
    static abstract TSelf FromSingleSaturating(float value);

    /// <summary>Rounds to nearest, ties to even; what lies past the largest finite number becomes the format's infinity, or NaN where it has none.</summary>
    /// <param name="value">Any float.</param>
    static abstract explicit operator TSelf(float value);

    /// <summary>Exact.</summary>
    /// <param name="value">The number.</param>
    static abstract explicit operator float(TSelf value);
}
