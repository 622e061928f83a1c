using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// Elementary and activation functions of sixteen floats or eight doubles at once. NaN gives NaN; infinities give the
/// limit, so also gelu(-inf) = silu(-inf) = -0; zeros keep their sign where the function is odd; subnormals are neither
/// flushed on the way in nor on the way out.
/// </summary>
/// <remarks>
/// The polynomials are Chebyshev interpolants computed for this project in 50-digit arithmetic. "Error" in these
/// comments is the largest seen in units of the last place against a double reference, over every 61st bit pattern of float.
/// The functions of floats are written over <see cref="ILanes{TSelf}"/> and give the same bits at every width; only what rests on
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
    private static V AtLeast<V>(V x, float low) where V : unmanaged, ILanes<V> => V.MaxNative(low, x);

    /// <summary>The smaller of x and high, NaN unchanged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AtMost<V>(V x, float high) where V : unmanaged, ILanes<V> => V.MinNative(high, x);

    /// <summary>The magnitude of one vector with the sign bits of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V WithSign<V>(V magnitude, V sign) where V : unmanaged, ILanes<V> => V.Select(-0f, sign, magnitude);
}
