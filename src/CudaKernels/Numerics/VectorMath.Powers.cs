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
    public static Vector512<float> Pow(Vector512<float> x, Vector512<float> y)
    {
        var magnitude = Vector512.Abs(x);
        // Through double: y * log|x| has to be known to 2^-32 or so in absolute terms.
        var (baseLow, baseHigh) = Vector512.Widen(magnitude);
        var (powerLow, powerHigh) = Vector512.Widen(y);
        var result = Vector512.Narrow(Exp(Log(baseLow) * powerLow), Exp(Log(baseHigh) * powerHigh));

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
}
