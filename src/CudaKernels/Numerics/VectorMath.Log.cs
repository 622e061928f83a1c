using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>The natural logarithm; log(0) = -inf, negative numbers give NaN. Error 0.79.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x) => Lanes.Map<LogLanes>(x);

    /// <summary>log(1 + x) with no cancellation near 0; -1 gives -inf, less gives NaN. Error 1.44.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogP1(Vector512<float> x) => Lanes.Map<LogP1Lanes>(x);

    /// <summary>The natural logarithm of positive normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogOfNormal(Vector512<float> x) => Lanes.Map<LogOfNormalLanes>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogSpecials<V>(V x, V result) where V : unmanaged, ILanes<V>
    {
        result = V.Select(V.Equal(x, float.PositiveInfinity), x, result);
        result = V.Select(V.Equal(x, 0f), float.NegativeInfinity, result);
        // Negative or NaN.
        return V.Select(V.GreaterThanOrEqual(x, 0f), result, float.NaN);
    }

    /// <summary>log(x) + bias * ln 2 for positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfNormal<V>(V x, V bias) where V : unmanaged, ILanes<V>
    {
        var (mantissa, split) = V.Split(x);
        var f = mantissa - 1f;
        var exponent = split + bias;
        var p = V.MultiplyAdd(0.0714975372f, f, -0.1157120094f);
        p = V.MultiplyAdd(p, f, 0.1166151091f);
        p = V.MultiplyAdd(p, f, -0.124110505f);
        p = V.MultiplyAdd(p, f, 0.1424993724f);
        p = V.MultiplyAdd(p, f, -0.1666848063f);
        p = V.MultiplyAdd(p, f, 0.200007081f);
        p = V.MultiplyAdd(p, f, -0.2499998957f);
        p = V.MultiplyAdd(p, f, 0.3333333135f);
        var square = f * f;
        var tail = V.MultiplyAdd(exponent, Ln2Low, p * f * square);
        tail = V.MultiplyAdd(square, -0.5f, tail);
        return V.MultiplyAdd(exponent, Ln2High, f + tail);
    }

    private readonly struct LogLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            // What becomes of 0, infinity and NaN here is replaced below.
            var (normal, exponent) = V.Normalize(x);
            return LogSpecials(x, LogOfNormal(normal, exponent));
        }
    }

    private readonly struct LogP1Lanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var u = x + 1f;
            // What the rounding of 1 + x lost, to first order in the derivative 1 / u.
            V one = 1f;
            var lost = V.Select(V.LessThan(one, x), one - (u - x), x - (u - one));
            var result = LogSpecials(u, LogOfNormal(u, 0f) + lost / u);
            // Here log(1 + x) rounds to x; it also keeps -0.
            return V.Select(V.LessThan(V.Abs(x), 2.9802322e-8f), x, result);
        }
    }

    private readonly struct LogOfNormalLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V> => LogOfNormal(x, 0f);
    }
}
