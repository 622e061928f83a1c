using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class SpanReduction
{
    /// <summary>The sum of x[i]; 0 when empty.</summary>
    /// <typeparam name="T">float, double, Half or BFloat16.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static double Sum<T>(ReadOnlySpan<T> x) where T : unmanaged => Accumulate(default(Element), x, x);

    /// <summary>The sum of |x[i]|; 0 when empty.</summary>
    /// <inheritdoc cref="Sum{T}"/>
    public static double SumOfMagnitudes<T>(ReadOnlySpan<T> x) where T : unmanaged => Accumulate(default(Magnitude), x, x);

    /// <summary>The sum of x[i]²; 0 when empty.</summary>
    /// <inheritdoc cref="Sum{T}"/>
    public static double SumOfSquares<T>(ReadOnlySpan<T> x) where T : unmanaged => Accumulate(default(Product), x, x);

    /// <summary>The sum of (x[i] - mean)²; 0 when empty.</summary>
    /// <inheritdoc cref="Sum{T}"/>
    public static double SumOfSquaredDeviations<T>(ReadOnlySpan<T> x, double mean) where T : unmanaged =>
        Accumulate(new SquaredDeviation(mean), x, x);

    /// <summary>The sum of x[i] * y[i]; 0 when empty.</summary>
    /// <inheritdoc cref="Sum{T}"/>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static double DotProduct<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged => Accumulate(default(Product), x, y);

    /// <summary>The sum of integers, modulo 2^64; 0 when empty.</summary>
    /// <typeparam name="T">sbyte, byte, int or long.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static long SumOfIntegers<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(long)) return Sum(MemoryMarshal.Cast<T, long>(x));
        if (typeof(T) == typeof(int)) return Sum(MemoryMarshal.Cast<T, int>(x));
        if (typeof(T) == typeof(byte)) return Sum(MemoryMarshal.Cast<T, byte>(x));
        if (typeof(T) == typeof(sbyte)) return Sum(MemoryMarshal.Cast<T, sbyte>(x));
        throw new NotSupportedException($"{typeof(T)} is not summed in long; sbyte, byte, int and long are.");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(ReadOnlySpan<long> x)
    {
        ref long from = ref MemoryMarshal.GetReference(x);
        Vector512<long> sum0 = default, sum1 = default;
        int i = 0;
        for (; i <= x.Length - 16; i += 16)
        {
            MemoryPrefetch.Ahead(ref from, i, 128);
            sum0 += Vector512.LoadUnsafe(ref from, (nuint)i);
            sum1 += Vector512.LoadUnsafe(ref from, (nuint)i + 8);
        }
        long sum = Vector512.Sum(sum0 + sum1);
        for (; i < x.Length; i++) sum = unchecked(sum + x[i]);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(ReadOnlySpan<int> x)
    {
        ref int from = ref MemoryMarshal.GetReference(x);
        Vector512<long> sum0 = default, sum1 = default;
        int i = 0;
        for (; i <= x.Length - 16; i += 16)
        {
            MemoryPrefetch.Ahead(ref from, i, 64);
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
            sum0 += low;
            sum1 += high;
        }
        long sum = Vector512.Sum(sum0 + sum1);
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(ReadOnlySpan<byte> x)
    {
        ref byte from = ref MemoryMarshal.GetReference(x);
        long sum = 0;
        int i = 0;
        while (i <= x.Length - 64)
        {
            // 255 * 2 * 128 < 2^16: so many steps fit the 16-bit lanes.
            var partial = Vector512<ushort>.Zero;
            for (int step = 0; step < 128 && i <= x.Length - 64; step++, i += 64)
            {
                MemoryPrefetch.Ahead(ref from, i, 64);
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
                partial += low + high;
            }
            var (low32, high32) = Vector512.Widen(partial);
            sum += Vector512.Sum(low32 + high32);
        }
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(ReadOnlySpan<sbyte> x)
    {
        ref sbyte from = ref MemoryMarshal.GetReference(x);
        long sum = 0;
        int i = 0;
        while (i <= x.Length - 64)
        {
            // 128 * 2 * 127 < 2^15.
            var partial = Vector512<short>.Zero;
            for (int step = 0; step < 127 && i <= x.Length - 64; step++, i += 64)
            {
                MemoryPrefetch.Ahead(ref from, i, 64);
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
                partial += low + high;
            }
            var (low32, high32) = Vector512.Widen(partial);
            sum += Vector512.Sum(low32 + high32);
        }
        for (; i < x.Length; i++) sum += x[i];
        return sum;
    }
}
