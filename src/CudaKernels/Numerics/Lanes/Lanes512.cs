using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>Sixteen floats: AVX-512.</summary>
internal readonly struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    public readonly Vector512<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lanes512(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 x) => new(Vector512.Abs(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Round(Lanes512 x) => new(Vector512.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MaxNative(Lanes512 a, Lanes512 b) => new(Vector512.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MinNative(Lanes512 a, Lanes512 b) => new(Vector512.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LessThan(Lanes512 a, Lanes512 b) => new(Vector512.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 GreaterThanOrEqual(Lanes512 a, Lanes512 b) => new(Vector512.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Equal(Lanes512 a, Lanes512 b) => new(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 IsNegative(Lanes512 x) => new(Vector512.LessThan(x.Value.AsInt32(), Vector512<int>.Zero).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Select(Lanes512 mask, Lanes512 a, Lanes512 b) => new(Vector512.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 exponent) => new(PowerOfTwo(Vector512.ConvertToInt32Native(exponent.Value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Scale(Lanes512 value, Lanes512 exponent)
    {
        if (Avx512F.IsSupported)
        {
            return new(Avx512F.Scale(value.Value, exponent.Value));
        }

        // Two factors, because 2^exponent itself may lie outside the range; the first product is never subnormal.
        var whole = Vector512.ConvertToInt32Native(exponent.Value);
        var half = whole >> 1;
        return new(value.Value * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ScaleDown(Lanes512 value, Lanes512 exponent) => Scale(value, exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes512 Normal, Lanes512 Exponent) Normalize(Lanes512 x)
    {
        if (Avx512F.IsSupported)
        {
            // Both instructions take subnormals as they are.
            var exponent = Avx512F.GetExponent(x.Value);
            return (new(Avx512F.Scale(x.Value, -exponent)), new(exponent));
        }

        var subnormal = Vector512.LessThan(x.Value, Vector512.Create(1.17549435e-38f));
        return (new(Vector512.ConditionalSelect(subnormal, x.Value * Vector512.Create(8388608f), x.Value)), new(subnormal & Vector512.Create(-23f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes512 Mantissa, Lanes512 Exponent) Split(Lanes512 x)
    {
        // The subtraction puts the seam of the exponent at the root of one half.
        var bits = x.Value.AsInt32();
        var exponent = (bits - Vector512.Create(0x3F3504F3)) >> 23;
        return (new((bits - (exponent << 23)).AsSingle()), new(Vector512.ConvertToSingle(exponent)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> exponent) => ((exponent + Vector512.Create(127)) << 23).AsSingle();
}
