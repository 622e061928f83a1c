using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>Below it multiples of π/2 are taken off by two constants; above, the runtime's functions take over.</summary>
    private const float LargestReduced = 1 << 28;

    /// <summary>sin(x), x in radians; NaN at the infinities. Error 0.56.</summary>
    public static Vector512<float> Sin(Vector512<float> x) =>
        Vector512.LessThanAll(Vector512.Abs(x), Vector512.Create(LargestReduced)) ? OfQuarters(x, 0) : Vector512.Sin(x);

    /// <summary>cos(x), x in radians; NaN at the infinities. Error 0.56.</summary>
    public static Vector512<float> Cos(Vector512<float> x) =>
        Vector512.LessThanAll(Vector512.Abs(x), Vector512.Create(LargestReduced)) ? OfQuarters(x, 1) : Vector512.Cos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> OfQuarters(Vector512<float> x, long ahead)
    {
        var (low, high) = Vector512.Widen(x);
        return Vector512.Narrow(SinOfQuarters(low, ahead), SinOfQuarters(high, ahead));
    }

    /// <summary>sin(x + ahead·π/2) to 2^-32 or so of itself, for x that has come from float: the sum of x - k·π/2 and of k quarter turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SinOfQuarters(Vector512<double> x, long ahead)
    {
        // Added to 3·2^51 a number leaves the nearest integer in the last bits.
        const double Rounding = 6755399441055744.0;
        var rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(2 / Math.PI), Vector512.Create(Rounding));
        var turns = rounded - Vector512.Create(Rounding);
        var r = Vector512.FusedMultiplyAdd(turns, Vector512.Create(-1.5707963267948966), x);
        r = Vector512.FusedMultiplyAdd(turns, Vector512.Create(-6.123233995736766e-17), r);
        var z = r * r;
        // The series of the sine and of the cosine.
        var sine = Vector512.FusedMultiplyAdd(Vector512.Create(-1.0 / 39916800), z, Vector512.Create(1.0 / 362880));
        sine = Vector512.FusedMultiplyAdd(sine, z, Vector512.Create(-1.0 / 5040));
        sine = Vector512.FusedMultiplyAdd(sine, z, Vector512.Create(1.0 / 120));
        sine = Vector512.FusedMultiplyAdd(sine, z, Vector512.Create(-1.0 / 6));
        sine = r * Vector512.FusedMultiplyAdd(sine, z, Vector512<double>.One);
        var cosine = Vector512.FusedMultiplyAdd(Vector512.Create(-1.0 / 3628800), z, Vector512.Create(1.0 / 40320));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512.Create(-1.0 / 720));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512.Create(1.0 / 24));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512.Create(-0.5));
        cosine = Vector512.FusedMultiplyAdd(cosine, z, Vector512<double>.One);
        var quarter = rounded.AsInt64() + Vector512.Create(ahead);
        var isOdd = Vector512.Equals(quarter & Vector512<long>.One, Vector512<long>.One);
        var sign = (quarter & Vector512.Create(2L)) << 62;
        return (Vector512.ConditionalSelect(isOdd.AsDouble(), cosine, sine).AsInt64() ^ sign).AsDouble();
    }
}
