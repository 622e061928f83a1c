using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>The error function 2/sqrt(pi) * integral of e^-t² from 0 to x. Error 1.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Erf(Vector512<float> x)
    {
        var z = x * x;
        var p = MultiplyAdd(Vector512.Create(7.882497448e-5f), z, -0.0008018855006f);
        p = MultiplyAdd(p, z, 0.005189312156f);
        p = MultiplyAdd(p, z, -0.02685432881f);
        p = MultiplyAdd(p, z, 0.1128359735f);
        p = MultiplyAdd(p, z, -0.3761262596f);
        // The constant term is 1 + 0.128379167: the 1 is added exactly, as x.
        p = MultiplyAdd(p, z, 0.12837917f);
        var small = MultiplyAdd(x, p, x);
        var magnitude = AtMost(Vector512.Abs(x), 4f);
        var (fraction, exponent) = NormalTail(magnitude * Vector512.Create(1.41421356f));
        var large = Vector512<float>.One - Scale(fraction + fraction, exponent);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512<float>.One), small, WithSign(large, x));
    }

    /// <summary>The exact gelu x * Phi(x), Phi the normal distribution; -0 at -inf. Error 5.80.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluErf(Vector512<float> x)
    {
        var magnitude = AtMost(Vector512.Abs(x), TailEnd);
        var (fraction, exponent) = NormalTail(magnitude);
        // x * Phi(x) below zero, and above it what x * Phi(x) lacks of x. By the sign bit, so that -0 stays -0.
        var part = Scale(WithSign(magnitude, x) * fraction, exponent);
        return Vector512.ConditionalSelect(Vector512.LessThan(x.AsInt32(), Vector512<int>.Zero).AsSingle(), part, x - part);
    }

    /// <summary>gelu by x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x³))); -0 at -inf. Error 3.30.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x)
    {
        // Beyond 11 the sigmoid is e^-112 and less, or 1 less that.
        x = AtLeast(x, -11f);
        var magnitude = AtMost(Vector512.Abs(x), 11f);
        // It is x * sigmoid(v) with v = |x| * (a + b x²). The relative error of e^-v is the absolute error of v, which
        // reaches 100 and more: so v is carried as a sum of two floats, its constants too.
        var square = magnitude * magnitude;
        var squareLow = MultiplyAdd(magnitude, magnitude, -square);
        var b = Vector512.Create(0.07135481387f);
        var product = square * b;
        var productLow = MultiplyAdd(square, b, -product);
        productLow = MultiplyAdd(squareLow, b, productLow);
        productLow = MultiplyAdd(square, Vector512.Create(2.398832466e-9f), productLow);
        var sum = product + Vector512.Create(1.595769167f);
        var part = sum - product;
        var sumLow = (product - (sum - part)) + (Vector512.Create(1.595769167f) - part) + productLow + Vector512.Create(-4.534068054e-8f);
        var v = magnitude * sum;
        var vLow = MultiplyAdd(magnitude, sumLow, MultiplyAdd(magnitude, sum, -v));
        var (fraction, exponent) = ExpParts(-v);
        return GateByExp(x, MultiplyAdd(-vLow, fraction, fraction), exponent);
    }

    // Beyond it x * Phi(x) is less than half of the smallest subnormal.
    private const float TailEnd = 14.5f;

    /// <summary>Phi(-x) = 1 - Phi(x) in parts fraction * 2^exponent, for x in [0, 14.5].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Fraction, Vector512<float> Exponent) NormalTail(Vector512<float> x)
    {
        // Phi(-x) = e^(-x²/2) * P(x) / Q(x): every coefficient is positive, so that no sum cancels.
        var numerator = MultiplyAdd(Vector512.Create(0.006573641f), x, 0.06489042f);
        numerator = MultiplyAdd(numerator, x, 0.29262328f);
        numerator = MultiplyAdd(numerator, x, 0.6999504f);
        numerator = MultiplyAdd(numerator, x, 0.79849386f);
        var denominator = MultiplyAdd(Vector512.Create(0.016477484f), x, 0.16266645f);
        denominator = MultiplyAdd(denominator, x, 0.74973625f);
        denominator = MultiplyAdd(denominator, x, 1.9203788f);
        denominator = MultiplyAdd(denominator, x, 2.6741133f);
        denominator = MultiplyAdd(denominator, x, 1.5969877f);
        var factor = numerator / denominator;
        // The rounding error of x² is an absolute error of e's exponent: it goes into the reduced argument.
        var square = x * x;
        var squareLost = MultiplyAdd(x, x, -square);
        var power = square * Vector512.Create(-0.5f);
        var exponent = Vector512.Round(power * Vector512.Create(Log2E));
        return (MultiplyAdd(factor, ReducedExpM1(power, exponent, squareLost * Vector512.Create(-0.5f)), factor), exponent);
    }
}
