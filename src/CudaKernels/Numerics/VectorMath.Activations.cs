using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>tanh(x). Error 1.41.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) => Lanes.Map<TanhLanes>(x);

    /// <summary>1 / (1 + e^-x), relative accuracy down to the subnormal end of the lower tail. Error 2.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Lanes.Map<SigmoidLanes>(x);

    /// <summary>x / (1 + e^-x); -0 at -inf. Error 3.00.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => Lanes.Map<SiluLanes>(x);

    /// <summary>log(1 + e^x). Error 1.93.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) => Lanes.Map<SoftplusLanes>(x);

    /// <summary>x for x &gt; 0, else alpha * (e^x - 1). Error 1.58.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Elu(Vector512<float> x, Vector512<float> alpha) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), x, alpha * ExpM1(x));

    /// <summary>x * s for the sigmoid s whose e^-|v| is given in parts, v having the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V GateByExp<V>(V x, V fraction, V exponent) where V : unmanaged, ILanes<V>
    {
        // The lower tail is scaled last: e^x alone would already be subnormal where x e^x is not.
        var quotient = x / (V.Scale(fraction, exponent) + 1f);
        var lower = V.Scale(quotient * fraction, exponent);
        return V.Select(V.LessThan(x, 0f), lower, quotient);
    }

    private readonly struct TanhLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var magnitude = V.Abs(x);
            var z = x * x;
            var p = V.MultiplyAdd(-0.006548397243f, z, 0.02127643488f);
            p = V.MultiplyAdd(p, z, -0.05390407518f);
            p = V.MultiplyAdd(p, z, 0.1333308667f);
            p = V.MultiplyAdd(p, z, -0.3333333135f);
            var small = V.MultiplyAdd(magnitude * z, p, magnitude);
            // From 0.55 on, 1 - 2 / (e^2x + 1) loses nothing: the quotient is at most one half.
            var (fraction, exponent) = ExpParts(AtMost(magnitude + magnitude, 20f));
            var e = V.Scale(fraction, exponent);
            V one = 1f, two = 2f;
            var large = one - two / (e + one);
            return WithSign(V.Select(V.LessThan(magnitude, 0.55f), small, large), x);
        }
    }

    private readonly struct SigmoidLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var (fraction, exponent) = ExpParts(AtLeast(-V.Abs(x), ExpLow));
            var e = V.Scale(fraction, exponent);
            return V.Select(V.LessThan(x, 0f), e, 1f) / (e + 1f);
        }
    }

    private readonly struct SiluLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            x = AtLeast(x, ExpLow);
            var (fraction, exponent) = ExpParts(AtLeast(-V.Abs(x), ExpLow));
            return GateByExp(x, fraction, exponent);
        }
    }

    private readonly struct SoftplusLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            // e is in [0, 1], so neither the logarithm's subnormal nor its infinite case can arise; NaN comes through e.
            var (fraction, exponent) = ExpParts(AtLeast(-V.Abs(x), ExpLow));
            var e = V.Scale(fraction, exponent);
            V one = 1f;
            var u = one + e;
            var log = LogOfNormal(u, 0f) + (e - (u - one)) / u;
            var positive = V.Select(V.LessThan(0f, x), x, 0f);
            return V.Select(V.Equal(x, x), positive + log, x);
        }
    }
}
