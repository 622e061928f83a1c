using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Applies a vector function to every element of a span. The remainder runs through the same vector code, so an element's
/// result depends on its value alone, not on its place or on how the work was cut into chunks.
/// </summary>
/// <remarks>The loops are compiled in full at once and not inlined: within a caller, or with a profile, the JIT inlines less of a vector function, which without AVX-512 makes it ten times slower.</remarks>
internal static class VectorLoop
{
    /// <summary>The elements that <see cref="ApplyAndSum"/> sums in their own type; a multiple of two vectors of any type.</summary>
    private const int SummedBlock = 256;

    /// <summary>destination[i] = function(source[i]) over float or double; the two may be the same memory.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply<T, TFunction>(TFunction function, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged
        where TFunction : struct, IVectorFunction<T>
    {
        RequireRoom(source.Length, destination.Length);
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            MemoryPrefetch.Ahead(ref from, i, 64);
            function.Invoke(Vector512.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }
        if (i == source.Length) return;
        var rest = Vector512<T>.Zero;
        var elements = MemoryMarshal.CreateSpan(ref Unsafe.As<Vector512<T>, T>(ref rest), source.Length - i);
        source[i..].CopyTo(elements);
        rest = function.Invoke(rest);
        elements.CopyTo(destination[i..]);
    }

    /// <summary>destination[i] = function(source[i]) over float or double, and the sum of what was written; the two spans may be the same memory.</summary>
    /// <remarks>The source is a row that was just read: the loop fetches the one after it. The function comes by reference, since of a copy the JIT stores and loads the fields anew in each step. Sums of float are carried in float over <see cref="SummedBlock"/> elements only, then in double: the order depends on the length alone.</remarks>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static double ApplyAndSum<T, TFunction>(in TFunction function, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, INumber<T>
        where TFunction : struct, IVectorFunction<T>
    {
        RequireRoom(source.Length, destination.Length);
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(destination);
        double total = 0;
        int i = 0, distance = MemoryPrefetch.NextRow<T>(source.Length);
        while (i <= source.Length - SummedBlock)
        {
            Vector512<T> sum0 = default, sum1 = default;
            for (int end = i + SummedBlock; i < end; i += 2 * Vector512<T>.Count)
            {
                MemoryPrefetch.Ahead(ref from, i, 128, distance);
                var y0 = function.Invoke(Vector512.LoadUnsafe(ref from, (nuint)i));
                var y1 = function.Invoke(Vector512.LoadUnsafe(ref from, (nuint)(i + Vector512<T>.Count)));
                y0.StoreUnsafe(ref to, (nuint)i);
                y1.StoreUnsafe(ref to, (nuint)(i + Vector512<T>.Count));
                sum0 += y0;
                sum1 += y1;
            }
            total += SpanReduction.Total(sum0 + sum1);
        }
        if (i == source.Length) return total;
        Apply(function, source[i..], destination[i..]);
        return total + SpanReduction.Sum<T>(destination[i..source.Length]);
    }

    /// <summary>
    /// destination[i] = function(source[i]) over float, Half or BFloat16, computed in float and rounded once; the two may
    /// be the same memory.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ApplyInSingle<T, TFunction>(TFunction function, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged
        where TFunction : struct, IVectorFunction<float>
    {
        if (typeof(T) == typeof(float))
        {
            Apply(function, MemoryMarshal.Cast<T, float>(source), MemoryMarshal.Cast<T, float>(destination));
            return;
        }
        if (typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
            throw new NotSupportedException($"{typeof(T)} is not computed in float; float, Half and BFloat16 are.");
        RequireRoom(source.Length, destination.Length);
        var from = MemoryMarshal.Cast<T, ushort>(source);
        var to = MemoryMarshal.Cast<T, ushort>(destination);
        int i = 0;
        for (; i <= from.Length - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
        {
            MemoryPrefetch.Ahead(ref MemoryMarshal.GetReference(from), i, 64);
            var codes = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)i);
            Codes<T, TFunction>(function, codes).StoreUnsafe(ref MemoryMarshal.GetReference(to), (nuint)i);
        }
        if (i < from.Length) ApplyToRest<T, TFunction>(function, from[i..], to[i..]);
    }

    // Apart, so that the loop above has all that the JIT agrees to inline.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ApplyToRest<T, TFunction>(TFunction function, ReadOnlySpan<ushort> from, Span<ushort> to) where TFunction : struct, IVectorFunction<float>
    {
        var rest = Vector512<ushort>.Zero;
        var elements = MemoryMarshal.CreateSpan(ref Unsafe.As<Vector512<ushort>, ushort>(ref rest), from.Length);
        from.CopyTo(elements);
        rest = Codes<T, TFunction>(function, rest);
        elements.CopyTo(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Codes<T, TFunction>(TFunction function, Vector512<ushort> codes) where TFunction : struct, IVectorFunction<float>
    {
        var (low, high) = typeof(T) == typeof(Half) ? BlockConversion.WidenHalf(codes) : BlockConversion.WidenBFloat16(codes);
        (low, high) = (function.Invoke(low), function.Invoke(high));
        return typeof(T) == typeof(Half) ? BlockConversion.NarrowToHalf(low, high) : BlockConversion.NarrowToBFloat16(low, high);
    }

    private static void RequireRoom(int needed, int available)
    {
        if (available < needed)
            throw new ArgumentException($"The destination holds {available} elements; {needed} are needed.", "destination");
    }
}
