using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class VectorMath
{
    /// <summary>Below it multiples of π/2 are taken off by two constants; above, the runtime's functions take over.</summary>
    private const float LargestReduced = 1 << 28;

    /// <summary>sin(x), x in radians; NaN at the infinities. Error 0.56.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sin(Vector512<float> x) => IsReduced(x) ? OfQuarters(x, 0) : FarSin(x);

    /// <summary>cos(x), x in radians; NaN at the infinities. Error 0.56.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Cos(Vector512<float> x) => IsReduced(x) ? OfQuarters(x, 1) : FarCos(x);

    /// <summary>tan(x), x in radians; NaN at the infinities. Error 0.56 below 2^28 and 1.96 above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tan(Vector512<float> x)
    {
        if (IsReduced(x))
        {
            var (low, high) = Vector512.Widen(x);
            return Vector512.Narrow(TanOfReduced(low), TanOfReduced(high));
        }

        return FarTan(x);
    }

    // Apart, so that loops have all that the JIT agrees to inline.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> FarSin(Vector512<float> x) => Vector512.Sin(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> FarCos(Vector512<float> x) => Vector512.Cos(x);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> FarTan(Vector512<float> x)
    {
        var (sine, cosine) = Vector512.SinCos(x);
        return sine / cosine;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsReduced(Vector512<float> x) => Vector512.LessThanAll(Vector512.Abs(x), Vector512.Create(LargestReduced));

    /// <summary>sin(x + ahead·π/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> OfQuarters(Vector512<float> x, long ahead)
    {
        var (low, high) = Vector512.Widen(x);
        return Vector512.Narrow(SinOfReduced(low, ahead), SinOfReduced(high, ahead));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SinOfReduced(Vector512<double> x, long ahead)
    {
        var (sine, cosine, quarters) = Reduce(x);
        var quarter = quarters + Vector512.Create(ahead);
        var sign = (quarter & Vector512.Create(2L)) << 62;
        return (Vector512.ConditionalSelect(IsOdd(quarter), cosine, sine).AsInt64() ^ sign).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> TanOfReduced(Vector512<double> x)
    {
        var (sine, cosine, quarters) = Reduce(x);
        var isOdd = IsOdd(quarters);
        return Vector512.ConditionalSelect(isOdd, cosine, sine) / Vector512.ConditionalSelect(isOdd, -sine, cosine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> IsOdd(Vector512<long> quarter) => Vector512.Equals(quarter & Vector512<long>.One, Vector512<long>.One).AsDouble();

    /// <summary>
    /// sin(r) and cos(r), to 2^-32 or so of themselves, of r = x - quarters·π/2 in [-π/4, π/4], for x that has come from float; the quarters in
    /// their last two bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Sine, Vector512<double> Cosine, Vector512<long> Quarters) Reduce(Vector512<double> x)
    {
        // Added to 3·2^51 a number leaves the nearest integer in the last bits.
        const double Rounding = 6755399441055744.0;
        var rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(2 / Math.PI), Vector512.Create(Rounding));
        var turns = rounded - Vector512.Create(Rounding);
        var r = Vector512.FusedMultiplyAdd(turns, Vector512.Create(-1.5707963267948966), x);
        r = Vector512.FusedMultiplyAdd(turns, Vector512.Create(-6.123233995736766e-17), r);
        var z = r * r;
        // Their series.
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
        return (sine, cosine, rounded.AsInt64());
    }
}
