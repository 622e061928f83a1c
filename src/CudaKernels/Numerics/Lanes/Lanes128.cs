using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Four floats: Arm, and processors with no AVX.</summary>
internal readonly struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    public readonly Vector128<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lanes128(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 x) => new(Vector128.Abs(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Round(Lanes128 x) => new(Vector128.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MaxNative(Lanes128 a, Lanes128 b) => new(Vector128.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MinNative(Lanes128 a, Lanes128 b) => new(Vector128.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LessThan(Lanes128 a, Lanes128 b) => new(Vector128.LessThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 GreaterThanOrEqual(Lanes128 a, Lanes128 b) => new(Vector128.GreaterThanOrEqual(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Equal(Lanes128 a, Lanes128 b) => new(Vector128.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 IsNegative(Lanes128 x) => new(Vector128.LessThan(x.Value.AsInt32(), Vector128<int>.Zero).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Select(Lanes128 mask, Lanes128 a, Lanes128 b) => new(Vector128.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 exponent) => new(PowerOfTwo(Vector128.ConvertToInt32Native(exponent.Value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Scale(Lanes128 value, Lanes128 exponent)
    {
        // Two factors, because 2^exponent itself may lie outside the range; the first product is never subnormal.
        var whole = Vector128.ConvertToInt32Native(exponent.Value);
        var half = whole >> 1;
        return new(value.Value * PowerOfTwo(half) * PowerOfTwo(whole - half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ScaleDown(Lanes128 value, Lanes128 exponent)
    {
        // 3 * 2^22 and an integer, added, have that integer in their last bits: 2^(exponent + 64) by one shift. The first product is never subnormal.
        var power = ((exponent.Value + Vector128.Create(12582912f + 127 + 64)).AsInt32() << 23).AsSingle();
        return new(value.Value * power * Vector128.Create(5.421010862427522e-20f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes128 Normal, Lanes128 Exponent) Normalize(Lanes128 x)
    {
        var subnormal = Vector128.LessThan(x.Value, Vector128.Create(1.17549435e-38f));
        return (new(Vector128.ConditionalSelect(subnormal, x.Value * Vector128.Create(8388608f), x.Value)), new(subnormal & Vector128.Create(-23f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes128 Mantissa, Lanes128 Exponent) Split(Lanes128 x)
    {
        // The subtraction puts the seam of the exponent at the root of one half.
        var bits = x.Value.AsInt32();
        var exponent = (bits - Vector128.Create(0x3F3504F3)) >> 23;
        return (new((bits - (exponent << 23)).AsSingle()), new(Vector128.ConvertToSingle(exponent)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<int> exponent) => ((exponent + Vector128.Create(127)) << 23).AsSingle();
}
