using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    // Below it the exponential is 0, even times the factor of at most 2^12 that the callers of ExpParts apply.
    private const float ExpLow = -115f;

    /// <summary>e^x. Error 0.96.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var (fraction, exponent) = ExpParts(AtMost(AtLeast(x, ExpLow), 100f));
        return Scale(fraction, exponent);
    }

    /// <summary>e^x - 1 with no cancellation near 0. Error 1.41.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpM1(Vector512<float> x)
    {
        var clamped = AtMost(AtLeast(x, -20f), 88.9f);
        var exponent = Vector512.Round(clamped * Vector512.Create(Log2E));
        var minusOne = ReducedExpM1(clamped, exponent);
        // 2^n r + 2^n - 1, halved so that n = 128, which is in range just below the overflow, needs no 2^128.
        var half = PowerOfTwo(Vector512.ConvertToInt32(exponent) - Vector512<int>.One);
        var y = MultiplyAdd(half, minusOne, half - Vector512.Create(0.5f));
        var result = y + y;
        result = Vector512.ConditionalSelect(Vector512.Equals(exponent, Vector512<float>.Zero), minusOne, result);
        // Here e^x - 1 rounds to x; it also keeps -0.
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(5.9604645e-8f)), x, result);
    }

    /// <summary>e^x as fraction * 2^exponent with the fraction in [0.7, 1.42], for x in [-115, 100] or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Fraction, Vector512<float> Exponent) ExpParts(Vector512<float> x)
    {
        var exponent = Vector512.Round(x * Vector512.Create(Log2E));
        return (Vector512<float>.One + ReducedExpM1(x, exponent), exponent);
    }

    /// <summary>e^r - 1 for r = x - exponent * ln 2 in [-ln2/2, ln2/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReducedExpM1(Vector512<float> x, Vector512<float> exponent) =>
        ExpM1OfReduced(MultiplyAdd(exponent, Vector512.Create(-Ln2Low), MultiplyAdd(exponent, Vector512.Create(-Ln2High), x)));

    /// <summary>e^r - 1 for r = x + low - exponent * ln 2 in [-ln2/2, ln2/2], low being what x lost in rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReducedExpM1(Vector512<float> x, Vector512<float> exponent, Vector512<float> low) =>
        ExpM1OfReduced(MultiplyAdd(exponent, Vector512.Create(-Ln2High), x) + MultiplyAdd(exponent, Vector512.Create(-Ln2Low), low));

    /// <summary>e^r - 1 for r in [-ln2/2, ln2/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ExpM1OfReduced(Vector512<float> r)
    {
        var p = MultiplyAdd(Vector512.Create(0.000198992755f), r, 0.001393364393f);
        p = MultiplyAdd(p, r, 0.008333298378f);
        p = MultiplyAdd(p, r, 0.04166646674f);
        p = MultiplyAdd(p, r, 0.1666666716f);
        p = MultiplyAdd(p, r, 0.5f);
        return MultiplyAdd(p, r * r, r);
    }
}
