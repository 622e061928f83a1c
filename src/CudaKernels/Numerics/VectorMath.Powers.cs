using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>1 / x: +-inf at the zeros. Correctly rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Reciprocal(Vector512<float> x) => Vector512<float>.One / x;

    /// <summary>1 / sqrt(x): +-inf at the zeros, 0 at inf, NaN below zero. Error 1.49.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Rsqrt(Vector512<float> x) => Vector512<float>.One / Vector512.Sqrt(x);

    /// <summary>x^y with the special cases of IEEE 754 (x^0 = 1^y = 1 even for NaN). Error below 0.6 on random pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Pow(Vector512<float> x, Vector512<float> y)
    {
        var magnitude = Vector512.Abs(x);
        // Through double: y * log|x| has to be known to 2^-32 or so in absolute terms.
        var (baseLow, baseHigh) = Vector512.Widen(magnitude);
        var (powerLow, powerHigh) = Vector512.Widen(y);
        var result = Vector512.Narrow(PowerOfMagnitude(baseLow, powerLow), PowerOfMagnitude(baseHigh, powerHigh));

        var one = Vector512<float>.One;
        var integer = Vector512.Equals(Vector512.Truncate(y), y);
        var halved = y * Vector512.Create(0.5f);
        var odd = Vector512.AndNot(integer, Vector512.Equals(Vector512.Truncate(halved), halved));
        var negative = Vector512.IsNegative(x);
        result = Vector512.ConditionalSelect(negative & odd, -result, result);
        // The root of a negative number; infinity and zero have powers of their magnitude, and the infinite power exists.
        var finiteBase = Vector512.LessThan(x, Vector512<float>.Zero) & Vector512.GreaterThan(x, Vector512.Create(float.NegativeInfinity));
        result = Vector512.ConditionalSelect(Vector512.AndNot(finiteBase, integer), Vector512.Create(float.NaN), result);
        var infinitePower = Vector512.Equals(Vector512.Abs(y), Vector512.Create(float.PositiveInfinity));
        var unit = Vector512.Equals(x, one) | Vector512.Equals(y, Vector512<float>.Zero) | (Vector512.Equals(magnitude, one) & infinitePower);
        return Vector512.ConditionalSelect(unit, one, result);
    }

    /// <summary>
    /// x^y of x at least 0 that has come from float, to 2^-31 of itself: 2^(y·log2 x), the logarithm by the series of the inverse hyperbolic tangent,
    /// the power by that of the exponential. 0, infinity and NaN go through the product of infinities.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfMagnitude(Vector512<double> x, Vector512<double> y)
    {
        const ulong One = 0x3FF0000000000000, RootOfHalf = 0x3FE6A09E667F3BCD, TwoTo52 = 0x4330000000000000;
        // x = mantissa · 2^exponent, the mantissa in [√½, √2).
        var bits = x.AsUInt64();
        var biased = (bits + Vector512.Create(One - RootOfHalf)) >>> 52;
        var mantissa = (bits - (biased << 52) + Vector512.Create(One)).AsDouble();
        var exponent = (biased | Vector512.Create(TwoTo52)).AsDouble() - Vector512.Create(4503599627370496.0 + 1023);
        var s = (mantissa - Vector512<double>.One) / (mantissa + Vector512<double>.One);
        var z = s * s;
        // 2 / ((2i + 1) ln 2).
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(0.2219530832136867), z, Vector512.Create(0.2623081892525388));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.3205988979753252));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.41219858311113244));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.5770780163555853));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.9617966939259757));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.8853900817779268));
        var logarithm = Vector512.FusedMultiplyAdd(s, p, exponent);
        logarithm = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), logarithm);
        logarithm = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(double.PositiveInfinity)), logarithm, x);

        // What float cannot hold becomes infinity or 0 when it is narrowed. Added to 3·2^51 a number leaves the nearest integer in the last bits.
        const double Far = 200, Rounding = 6755399441055744.0;
        var t = y * logarithm;
        var bounded = Vector512.ConditionalSelect(Vector512.GreaterThan(t, Vector512.Create(Far)), Vector512.Create(Far), t);
        bounded = Vector512.ConditionalSelect(Vector512.LessThan(bounded, Vector512.Create(-Far)), Vector512.Create(-Far), bounded);
        var rounded = bounded + Vector512.Create(Rounding);
        var r = bounded - (rounded - Vector512.Create(Rounding));
        // (ln 2)^i / i!.
        var e = Vector512.FusedMultiplyAdd(Vector512.Create(1.3215486790144307e-06), r, Vector512.Create(1.5252733804059841e-05));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1.5403530393381609e-04));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(1.3333558146428443e-03));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(9.6181291076284770e-03));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(5.5504108664821580e-02));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(2.4022650695910070e-01));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512.Create(6.9314718055994530e-01));
        e = Vector512.FusedMultiplyAdd(e, r, Vector512<double>.One);
        var power = (e.AsInt64() + (rounded.AsInt64() << 52)).AsDouble();
        return Vector512.ConditionalSelect(Vector512.Equals(t, t), power, t);
    }
}
