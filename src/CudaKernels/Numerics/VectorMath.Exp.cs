using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    // Below it the exponential is 0, even times the factor of at most 2^12 that the callers of ExpParts apply.
    private const float ExpLow = -115f;

    /// <summary>e^x. Error 0.96.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Lanes.Map<ExpLanes>(x);

    /// <summary>e^x for x of at most 40, or NaN. Error 0.96.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfDifference(Vector512<float> x) => Lanes.MapShort<ExpOfDifferenceLanes>(x);

    /// <summary>e^x - 1 with no cancellation near 0. Error 1.41.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpM1(Vector512<float> x) => Lanes.Map<ExpM1Lanes>(x);

    /// <summary>e^x as fraction * 2^exponent with the fraction in [0.7, 1.42], for x in [-115, 100] or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Fraction, V Exponent) ExpParts<V>(V x) where V : unmanaged, ILanes<V>
    {
        var exponent = V.Round(x * Log2E);
        return (ReducedExpM1(x, exponent) + 1f, exponent);
    }

    /// <summary>e^r - 1 for r = x - exponent * ln 2 in [-ln2/2, ln2/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReducedExpM1<V>(V x, V exponent) where V : unmanaged, ILanes<V> =>
        ExpM1OfReduced(V.MultiplyAdd(exponent, -Ln2Low, V.MultiplyAdd(exponent, -Ln2High, x)));

    /// <summary>e^r - 1 for r = x + low - exponent * ln 2 in [-ln2/2, ln2/2], low being what x lost in rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReducedExpM1<V>(V x, V exponent, V low) where V : unmanaged, ILanes<V> =>
        ExpM1OfReduced(V.MultiplyAdd(exponent, -Ln2High, x) + V.MultiplyAdd(exponent, -Ln2Low, low));

    /// <summary>e^r - 1 for r in [-ln2/2, ln2/2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpM1OfReduced<V>(V r) where V : unmanaged, ILanes<V>
    {
        var p = V.MultiplyAdd(0.000198992755f, r, 0.001393364393f);
        p = V.MultiplyAdd(p, r, 0.008333298378f);
        p = V.MultiplyAdd(p, r, 0.04166646674f);
        p = V.MultiplyAdd(p, r, 0.1666666716f);
        p = V.MultiplyAdd(p, r, 0.5f);
        return V.MultiplyAdd(p, r * r, r);
    }

    private readonly struct ExpLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var (fraction, exponent) = ExpParts(AtMost(AtLeast(x, ExpLow), 100f));
            return V.Scale(fraction, exponent);
        }
    }

    private readonly struct ExpOfDifferenceLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var (fraction, exponent) = ExpParts(AtLeast(x, ExpLow));
            return V.ScaleDown(fraction, exponent);
        }
    }

    private readonly struct ExpM1Lanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var clamped = AtMost(AtLeast(x, -20f), 88.9f);
            var exponent = V.Round(clamped * Log2E);
            var minusOne = ReducedExpM1(clamped, exponent);
            // 2^n r + 2^n - 1, halved so that n = 128, which is in range just below the overflow, needs no 2^128.
            var half = V.PowerOfTwo(exponent - 1f);
            var y = V.MultiplyAdd(half, minusOne, half - 0.5f);
            var result = V.Select(V.Equal(exponent, 0f), minusOne, y + y);
            // Here e^x - 1 rounds to x; it also keeps -0.
            return V.Select(V.LessThan(V.Abs(x), 5.9604645e-8f), x, result);
        }
    }
}
