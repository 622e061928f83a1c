using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Pairs of standard normal numbers from pairs of random words: r·sin t and r·cos t with r = √(-2·ln u), as kernels/random/normal.cu
/// has it, operation for operation; in float therefore the same bits.
/// </summary>
internal static class BoxMuller
{
    private const float TwoToMinus32 = 1f / 4294967296f;
    private const float TwoToMinus33 = TwoToMinus32 / 2;

    /// <summary>32 bits to a float in (0, 1], as curand_uniform maps them: the conversion rounds, the product is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Unit(Vector512<uint> bits) =>
        Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(bits), Vector512.Create(TwoToMinus32), Vector512.Create(TwoToMinus33));

    /// <summary>The pairs of sixteen pairs of words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) Transform(Vector512<uint> a, Vector512<uint> b)
    {
        var r = Vector512.Sqrt(Vector512.Create(-2f) * VectorMath.LogOfNormal(Unit(a)));
        // The angle within an eighth of a turn of the nearest quarter.
        var quadrant = (b + Vector512.Create(0x20000000u)) >> 30;
        var rest = Vector512.ConvertToSingle((b - (quadrant << 30)).AsInt32());
        var f = Vector512.FusedMultiplyAdd(rest, Vector512.Create(TwoToMinus32), Vector512.Create(TwoToMinus33));
        var square = f * f;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(-75.401611328125f), square, Vector512.Create(81.59254455566406f));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(-41.3416633605957f));
        p = Vector512.FusedMultiplyAdd(p, square, Vector512.Create(-1.7484556e-7f)); // 2π in two parts
        var sine = Vector512.FusedMultiplyAdd(Vector512.Create(6.2831854820251465f), f, f * p);
        var q = Vector512.FusedMultiplyAdd(Vector512.Create(59.42410659790039f), square, Vector512.Create(-85.44882202148438f));
        q = Vector512.FusedMultiplyAdd(q, square, Vector512.Create(64.93936920166016f));
        q = Vector512.FusedMultiplyAdd(q, square, Vector512.Create(-19.739208221435547f));
        var cosine = Vector512.FusedMultiplyAdd(q, square, Vector512<float>.One);
        var isOdd = Vector512.Equals(quadrant & Vector512<uint>.One, Vector512<uint>.One).AsSingle();
        var sineSign = (quadrant << 30).AsSingle() & Vector512.Create(-0f);
        var cosineSign = ((quadrant + Vector512<uint>.One) << 30).AsSingle() & Vector512.Create(-0f);
        return (r * (Vector512.ConditionalSelect(isOdd, cosine, sine) ^ sineSign), r * (Vector512.ConditionalSelect(isOdd, sine, cosine) ^ cosineSign));
    }

    /// <summary>The pairs of eight pairs of 64-bit words, u = k / 2⁵³ of the upper 53 bits k, the lowest of them set.</summary>
    public static (Vector512<double> First, Vector512<double> Second) Transform(Vector512<ulong> a, Vector512<ulong> b)
    {
        var u = Vector512.ConvertToDouble(((a >> 11) | Vector512<ulong>.One).AsInt64()) * Vector512.Create(1.0 / (1L << 53));
        var r = Vector512.Sqrt(Vector512.Create(-2.0) * VectorMath.Log(u));
        var quadrant = (b + Vector512.Create(1ul << 61)) >> 62;
        var rest = Vector512.ConvertToDouble((b - (quadrant << 62)).AsInt64());
        var angle = rest * Vector512.Create(1.0 / 18446744073709551616.0) * Vector512.Create(6.283185307179586);
        var (sine, cosine) = (VectorMath.Sin(angle), VectorMath.Cos(angle));
        var isOdd = Vector512.Equals(quadrant & Vector512<ulong>.One, Vector512<ulong>.One).AsDouble();
        var sineSign = (quadrant << 62).AsDouble() & Vector512.Create(-0.0);
        var cosineSign = ((quadrant + Vector512<ulong>.One) << 62).AsDouble() & Vector512.Create(-0.0);
        return (r * (Vector512.ConditionalSelect(isOdd, cosine, sine) ^ sineSign), r * (Vector512.ConditionalSelect(isOdd, sine, cosine) ^ cosineSign));
    }
}
