using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>The natural logarithm; log(0) = -inf, negative numbers give NaN. Error 0.79.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        Vector512<float> result;
        if (Avx512F.IsSupported)
        {
            // Both instructions take subnormals as they are; what they make of 0, infinity and NaN is replaced below.
            var exponent = Avx512F.GetExponent(x);
            result = LogOfNormal(Avx512F.Scale(x, -exponent), exponent);
        }
        else
        {
            var subnormal = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
            var normal = Vector512.ConditionalSelect(subnormal, x * Vector512.Create(8388608f), x);
            result = LogOfNormal(normal, Vector512.ConditionalSelect(subnormal, Vector512.Create(-23f), Vector512<float>.Zero));
        }
        return LogSpecials(x, result);
    }

    /// <summary>log(1 + x) with no cancellation near 0; -1 gives -inf, less gives NaN. Error 1.44.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogP1(Vector512<float> x)
    {
        var u = Vector512<float>.One + x;
        // What the rounding of 1 + x lost, to first order in the derivative 1 / u.
        var lost = Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, Vector512<float>.One), Vector512<float>.One - (u - x), x - (u - Vector512<float>.One));
        var result = LogOfNormal(u, Vector512<float>.Zero) + lost / u;
        result = LogSpecials(u, result);
        // Here log(1 + x) rounds to x; it also keeps -0.
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(2.9802322e-8f)), x, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogSpecials(Vector512<float> x, Vector512<float> result)
    {
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), x, result);
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), result);
        // Negative or NaN.
        var outside = ~Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero);
        return Vector512.ConditionalSelect(outside, Vector512.Create(float.NaN), result);
    }

    /// <summary>log(x) + bias * ln 2 for positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> LogOfNormal(Vector512<float> x, Vector512<float> bias)
    {
        // x = 2^e * m with m in [sqrt(1/2), sqrt(2)): the subtraction puts the seam of the exponent at sqrt(1/2).
        var bits = x.AsInt32();
        var e = (bits - Vector512.Create(0x3F3504F3)) >> 23;
        var f = (bits - (e << 23)).AsSingle() - Vector512<float>.One;
        var exponent = Vector512.ConvertToSingle(e) + bias;
        var p = MultiplyAdd(Vector512.Create(0.0714975372f), f, -0.1157120094f);
        p = MultiplyAdd(p, f, 0.1166151091f);
        p = MultiplyAdd(p, f, -0.124110505f);
        p = MultiplyAdd(p, f, 0.1424993724f);
        p = MultiplyAdd(p, f, -0.1666848063f);
        p = MultiplyAdd(p, f, 0.200007081f);
        p = MultiplyAdd(p, f, -0.2499998957f);
        p = MultiplyAdd(p, f, 0.3333333135f);
        var square = f * f;
        var tail = MultiplyAdd(exponent, Vector512.Create(Ln2Low), p * f * square);
        tail = MultiplyAdd(square, Vector512.Create(-0.5f), tail);
        return MultiplyAdd(exponent, Vector512.Create(Ln2High), f + tail);
    }
}
