using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    // Beyond it x * Phi(x) is less than half of the smallest subnormal.
    private const float TailEnd = 14.5f;

    /// <summary>The error function 2/sqrt(pi) * integral of e^-t² from 0 to x. Error 1.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x) => Lanes.Map<ErfLanes>(x);

    /// <summary>The exact gelu x * Phi(x), Phi the normal distribution; -0 at -inf. Error 5.80.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluErf(Vector512<float> x) => Lanes.Map<GeluErfLanes>(x);

    /// <summary>gelu by x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x³))); -0 at -inf. Error 3.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x) => Lanes.Map<GeluTanhLanes>(x);

    /// <summary>The derivative of the exact gelu, Phi(x) + x * phi(x), phi the normal density.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluErfSlope(Vector512<float> x) => Lanes.Map<GeluErfSlopeLanes>(x);

    /// <summary>The derivative of <see cref="GeluTanh(Vector512{float})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanhSlope(Vector512<float> x) => Lanes.Map<GeluTanhSlopeLanes>(x);

    /// <summary>Phi(-x) = 1 - Phi(x) in parts fraction * 2^exponent, for x in [0, 14.5].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Fraction, V Exponent) NormalTail<V>(V x) where V : unmanaged, ILanes<V>
    {
        var (factor, minusOne, exponent) = NormalParts(x);
        return (V.MultiplyAdd(factor, minusOne, factor), exponent);
    }

    /// <summary>Phi(-x) = factor * e^(-x²/2) for x in [0, 14.5], and the exponential as (1 + minusOne) * 2^exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Factor, V MinusOne, V Exponent) NormalParts<V>(V x) where V : unmanaged, ILanes<V>
    {
        // Phi(-x) = e^(-x²/2) * P(x) / Q(x): every coefficient is positive, so that no sum cancels.
        var numerator = V.MultiplyAdd(0.006573641f, x, 0.06489042f);
        numerator = V.MultiplyAdd(numerator, x, 0.29262328f);
        numerator = V.MultiplyAdd(numerator, x, 0.6999504f);
        numerator = V.MultiplyAdd(numerator, x, 0.79849386f);
        var denominator = V.MultiplyAdd(0.016477484f, x, 0.16266645f);
        denominator = V.MultiplyAdd(denominator, x, 0.74973625f);
        denominator = V.MultiplyAdd(denominator, x, 1.9203788f);
        denominator = V.MultiplyAdd(denominator, x, 2.6741133f);
        denominator = V.MultiplyAdd(denominator, x, 1.5969877f);
        var factor = numerator / denominator;
        // The rounding error of x² is an absolute error of e's exponent: it goes into the reduced argument.
        var square = x * x;
        var squareLost = V.MultiplyAdd(x, x, -square);
        var power = square * -0.5f;
        var exponent = V.Round(power * Log2E);
        return (factor, ReducedExpM1(power, exponent, squareLost * -0.5f), exponent);
    }

    private readonly struct ErfLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var z = x * x;
            var p = V.MultiplyAdd(7.882497448e-5f, z, -0.0008018855006f);
            p = V.MultiplyAdd(p, z, 0.005189312156f);
            p = V.MultiplyAdd(p, z, -0.02685432881f);
            p = V.MultiplyAdd(p, z, 0.1128359735f);
            p = V.MultiplyAdd(p, z, -0.3761262596f);
            // The constant term is 1 + 0.128379167: the 1 is added exactly, as x.
            p = V.MultiplyAdd(p, z, 0.12837917f);
            var small = V.MultiplyAdd(x, p, x);
            var magnitude = AtMost(V.Abs(x), 4f);
            var (fraction, exponent) = NormalTail(magnitude * 1.41421356f);
            V one = 1f;
            var large = one - V.Scale(fraction + fraction, exponent);
            return V.Select(V.LessThan(V.Abs(x), one), small, WithSign(large, x));
        }
    }

    private readonly struct GeluErfLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            var magnitude = AtMost(V.Abs(x), TailEnd);
            var (fraction, exponent) = NormalTail(magnitude);
            // x * Phi(x) below zero, and above it what x * Phi(x) lacks of x. By the sign bit, so that -0 stays -0.
            var part = V.Scale(WithSign(magnitude, x) * fraction, exponent);
            return V.Select(V.IsNegative(x), part, x - part);
        }
    }

    private readonly struct GeluTanhLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            // Beyond 11 the sigmoid is e^-112 and less, or 1 less that.
            x = AtLeast(x, -11f);
            var magnitude = AtMost(V.Abs(x), 11f);
            // It is x * sigmoid(v) with v = |x| * (a + b x²). The relative error of e^-v is the absolute error of v, which
            // reaches 100 and more: so v is carried as a sum of two floats, its constants too.
            var square = magnitude * magnitude;
            var squareLow = V.MultiplyAdd(magnitude, magnitude, -square);
            V a = 1.595769167f, b = 0.07135481387f;
            var product = square * b;
            var productLow = V.MultiplyAdd(square, b, -product);
            productLow = V.MultiplyAdd(squareLow, b, productLow);
            productLow = V.MultiplyAdd(square, 2.398832466e-9f, productLow);
            var sum = product + a;
            var part = sum - product;
            var sumLow = (product - (sum - part)) + (a - part) + productLow + -4.534068054e-8f;
            var v = magnitude * sum;
            var vLow = V.MultiplyAdd(magnitude, sumLow, V.MultiplyAdd(magnitude, sum, -v));
            var (fraction, exponent) = ExpParts(-v);
            return GateByExp(x, V.MultiplyAdd(-vLow, fraction, fraction), exponent);
        }
    }

    private readonly struct GeluErfSlopeLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            // Below zero Phi(-|x|) - |x| * phi(x), and above it what the slope lacks of 1.
            var magnitude = AtMost(V.Abs(x), TailEnd);
            var (factor, minusOne, exponent) = NormalParts(magnitude);
            factor = V.MultiplyAdd(magnitude, -0.3989422804f, factor);
            var part = V.Scale(V.MultiplyAdd(factor, minusOne, factor), exponent);
            V one = 1f;
            return V.Select(V.IsNegative(x), part, one - part);
        }
    }

    private readonly struct GeluTanhSlopeLanes : ILaneFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x) where V : unmanaged, ILanes<V>
        {
            // Phi = sigmoid(2u) with u = x * (a + b x²), of which the derivative is 2 u' Phi (1 - Phi). Beyond 11 it is 0 or 1.
            x = AtMost(AtLeast(x, -11f), 11f);
            V one = 1f;
            var square = x * x;
            var s = SigmoidLanes.Invoke(x * V.MultiplyAdd(square, 0.07135481387f, 1.595769167f));
            return s * V.MultiplyAdd(x * (one - s), V.MultiplyAdd(square, 0.2140644416f, 1.595769167f), one);
        }
    }
}
