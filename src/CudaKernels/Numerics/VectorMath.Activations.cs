using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>tanh(x). Error 1.41.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var magnitude = Vector512.Abs(x);
        var z = x * x;
        var p = MultiplyAdd(Vector512.Create(-0.006548397243f), z, 0.02127643488f);
        p = MultiplyAdd(p, z, -0.05390407518f);
        p = MultiplyAdd(p, z, 0.1333308667f);
        p = MultiplyAdd(p, z, -0.3333333135f);
        var small = MultiplyAdd(magnitude * z, p, magnitude);
        // From 0.55 on, 1 - 2 / (e^2x + 1) loses nothing: the quotient is at most one half.
        var (fraction, exponent) = ExpParts(AtMost(magnitude + magnitude, 20f));
        var e = Scale(fraction, exponent);
        var large = Vector512<float>.One - Vector512.Create(2f) / (e + Vector512<float>.One);
        return WithSign(Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(0.55f)), small, large), x);
    }

    /// <summary>1 / (1 + e^-x), relative accuracy down to the subnormal end of the lower tail. Error 2.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        var (fraction, exponent) = ExpParts(AtLeast(-Vector512.Abs(x), ExpLow));
        var e = Scale(fraction, exponent);
        var numerator = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), e, Vector512<float>.One);
        return numerator / (Vector512<float>.One + e);
    }

    /// <summary>x / (1 + e^-x); -0 at -inf. Error 3.00.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x)
    {
        x = AtLeast(x, ExpLow);
        var (fraction, exponent) = ExpParts(AtLeast(-Vector512.Abs(x), ExpLow));
        return GateByExp(x, fraction, exponent);
    }

    /// <summary>log(1 + e^x). Error 1.93.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x)
    {
        // e is in [0, 1], so neither the logarithm's subnormal nor its infinite case can arise; NaN comes through e.
        var (fraction, exponent) = ExpParts(AtLeast(-Vector512.Abs(x), ExpLow));
        var e = Scale(fraction, exponent);
        var u = Vector512<float>.One + e;
        var log = LogOfNormal(u, Vector512<float>.Zero) + (e - (u - Vector512<float>.One)) / u;
        var positive = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), x, Vector512<float>.Zero);
        return Vector512.ConditionalSelect(Vector512.IsNaN(x), x, positive + log);
    }

    /// <summary>x for x &gt; 0, else alpha * (e^x - 1). Error 1.58.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Elu(Vector512<float> x, Vector512<float> alpha) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<float>.Zero), x, alpha * ExpM1(x));

    /// <summary>x * s for the sigmoid s whose e^-|v| is given in parts, v having the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> GateByExp(Vector512<float> x, Vector512<float> fraction, Vector512<float> exponent)
    {
        // The lower tail is scaled last: e^x alone would already be subnormal where x e^x is not.
        var quotient = x / (Vector512<float>.One + Scale(fraction, exponent));
        var lower = Scale(quotient * fraction, exponent);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), lower, quotient);
    }
}
