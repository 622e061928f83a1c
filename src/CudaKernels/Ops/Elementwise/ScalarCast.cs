using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The conversion of one element, by the rules of <c>Cast</c>. All branches are on types and fold away.</summary>
internal static class ScalarCast<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
{
    private static bool IsNarrowFloat => typeof(TTo) == typeof(Half) || typeof(TTo) == typeof(BFloat16) || typeof(TTo) == typeof(Float8E4M3) || typeof(TTo) == typeof(Float8E5M2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTo Convert(TFrom value)
    {
        if (typeof(TFrom) == typeof(long) || typeof(TFrom) == typeof(int) || typeof(TFrom) == typeof(sbyte) || typeof(TFrom) == typeof(byte) || typeof(TFrom) == typeof(bool))
        {
            return FromInteger(ToInt64(value));
        }

        return typeof(TFrom) == typeof(double) ? FromDouble(Unsafe.BitCast<TFrom, double>(value)) : FromDouble(ToSingle(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ToInt64(TFrom value)
    {
        if (typeof(TFrom) == typeof(long))
        {
            return Unsafe.BitCast<TFrom, long>(value);
        }

        if (typeof(TFrom) == typeof(int))
        {
            return Unsafe.BitCast<TFrom, int>(value);
        }

        return typeof(TFrom) == typeof(sbyte) ? Unsafe.BitCast<TFrom, sbyte>(value) : Unsafe.BitCast<TFrom, byte>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ToSingle(TFrom value)
    {
        if (typeof(TFrom) == typeof(float))
        {
            return Unsafe.BitCast<TFrom, float>(value);
        }

        if (typeof(TFrom) == typeof(Half))
        {
            return (float)Unsafe.BitCast<TFrom, Half>(value);
        }

        if (typeof(TFrom) == typeof(BFloat16))
        {
            return (float)Unsafe.BitCast<TFrom, BFloat16>(value);
        }

        return typeof(TFrom) == typeof(Float8E4M3) ? (float)Unsafe.BitCast<TFrom, Float8E4M3>(value) : (float)Unsafe.BitCast<TFrom, Float8E5M2>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromInteger(long value)
    {
        if (typeof(TTo) == typeof(float))
        {
            return Unsafe.BitCast<float, TTo>(value);
        }

        if (typeof(TTo) == typeof(double))
        {
            return Unsafe.BitCast<double, TTo>(value);
        }

        if (IsNarrowFloat)
        {
            return FromSingle(value);
        }

        if (typeof(TTo) == typeof(bool))
        {
            return Unsafe.BitCast<bool, TTo>(value != 0);
        }

        return FromInt64(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromDouble(double value)
    {
        if (typeof(TTo) == typeof(float))
        {
            return Unsafe.BitCast<float, TTo>((float)value);
        }

        if (typeof(TTo) == typeof(double))
        {
            return Unsafe.BitCast<double, TTo>(value);
        }

        if (IsNarrowFloat)
        {
            return FromSingle((float)value);
        }

        if (typeof(TTo) == typeof(bool))
        {
            return Unsafe.BitCast<bool, TTo>(value != 0);
        }

        if (typeof(TTo) == typeof(long))
        {
            return Unsafe.BitCast<long, TTo>(long.CreateSaturating(value));
        }

        if (typeof(TTo) == typeof(int))
        {
            return Unsafe.BitCast<int, TTo>(int.CreateSaturating(value));
        }

        return typeof(TTo) == typeof(sbyte) ? Unsafe.BitCast<sbyte, TTo>(sbyte.CreateSaturating(value)) : Unsafe.BitCast<byte, TTo>(byte.CreateSaturating(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromSingle(float value)
    {
        if (typeof(TTo) == typeof(Half))
        {
            return Unsafe.BitCast<Half, TTo>((Half)value);
        }

        if (typeof(TTo) == typeof(BFloat16))
        {
            return Unsafe.BitCast<BFloat16, TTo>((BFloat16)value);
        }

        return typeof(TTo) == typeof(Float8E4M3) ? Unsafe.BitCast<Float8E4M3, TTo>((Float8E4M3)value) : Unsafe.BitCast<Float8E5M2, TTo>((Float8E5M2)value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTo FromInt64(long value)
    {
        if (typeof(TTo) == typeof(long))
        {
            return Unsafe.BitCast<long, TTo>(value);
        }

        if (typeof(TTo) == typeof(int))
        {
            return Unsafe.BitCast<int, TTo>((int)value);
        }

        return typeof(TTo) == typeof(sbyte) ? Unsafe.BitCast<sbyte, TTo>((sbyte)value) : Unsafe.BitCast<byte, TTo>((byte)value);
    }
}
