using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>
/// Elementary and activation functions of sixteen floats or eight doubles at once. NaN gives NaN; infinities give the
/// limit, so also gelu(-inf) = silu(-inf) = -0; zeros keep their sign where the function is odd; subnormals are neither
/// flushed on the way in nor on the way out.
/// </summary>
/// <remarks>
/// The polynomials are Chebyshev interpolants computed for this project in 50-digit arithmetic. "Error" in these
/// comments is the largest seen in units of the last place against a double reference, over every 61st bit pattern of float.
/// A vector without hardware support of its width is computed in parts by .NET with the same bits; only what rests on
/// .NET's own functions (sine, cosine, power, the double versions) may differ in the last place without a fused multiply-add.
/// </remarks>
internal static partial class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the first has 9 trailing zero bits, so that its product with an exponent is exact.
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860682e-6f;

    // The native forms are one instruction; x86 gives the second operand when one is NaN, Arm gives NaN: x either way.

    /// <summary>The larger of x and low, NaN unchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AtLeast(Vector512<float> x, float low) => Vector512.MaxNative(Vector512.Create(low), x);

    /// <summary>The smaller of x and high, NaN unchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AtMost(Vector512<float> x, float high) => Vector512.MinNative(Vector512.Create(high), x);

    /// <summary>value * 2^exponent, rounded once; |exponent| at most 252, and integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> value, Vector512<float> exponent)
    {
        if (Avx512F.IsSupported) return Avx512F.Scale(value, exponent);
        // Two factors, because 2^exponent itself may lie outside the range; the first product is never subnormal.
        var whole = Vector512.ConvertToInt32(exponent);
        var half = whole >> 1;
        return value * PowerOfTwo(half) * PowerOfTwo(whole - half);
    }

    /// <summary>2^exponent for exponents of normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> exponent) =>
        ((exponent + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, float c) =>
        Vector512.FusedMultiplyAdd(a, b, Vector512.Create(c));

    /// <summary>The magnitude of one vector with the sign bits of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> WithSign(Vector512<float> magnitude, Vector512<float> sign) =>
        Vector512.ConditionalSelect(Vector512.Create(-0f), sign, magnitude);
}
