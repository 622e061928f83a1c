using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Conversion of whole spans between float and the 16-bit types, 32 elements a step. Widening is exact; narrowing rounds
/// to nearest even, past the largest finite number to infinity. NaN stays NaN: 0x7FFF in BFloat16, quiet with its sign and
/// upper payload in Half, as the scalar casts do.
/// </summary>
/// <remarks>
/// Source and destination must not overlap. The instructions that convert Half (F16C) are not exposed by .NET 10, so the
/// same is done with integer and float arithmetic on vectors.
/// </remarks>
internal static partial class BlockConversion
{
    private const int Step = 32;

    /// <summary>Widens a block of float, Half or BFloat16 to float; float is copied.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<float> destination) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) MemoryMarshal.Cast<T, float>(source).CopyTo(destination);
        else if (typeof(T) == typeof(Half)) ToSingle(MemoryMarshal.Cast<T, Half>(source), destination);
        else if (typeof(T) == typeof(BFloat16)) ToSingle(MemoryMarshal.Cast<T, BFloat16>(source), destination);
        else throw NotFloating<T>();
    }

    /// <summary>Rounds a block of float to float (a copy), Half or BFloat16.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static void Narrow<T>(ReadOnlySpan<float> source, Span<T> destination) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) source.CopyTo(MemoryMarshal.Cast<T, float>(destination));
        else if (typeof(T) == typeof(Half)) ToHalf(source, MemoryMarshal.Cast<T, Half>(destination));
        else if (typeof(T) == typeof(BFloat16)) ToBFloat16(source, MemoryMarshal.Cast<T, BFloat16>(destination));
        else throw NotFloating<T>();
    }

    /// <summary>Widens BFloat16 to float, exactly.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToSingle(ReadOnlySpan<BFloat16> source, Span<float> destination)
    {
        RequireRoom(source.Length, destination.Length);
        ref ushort from = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - Step; i += Step)
        {
            MemoryPrefetch.Ahead(ref from, i, 64);
            var (low, high) = WidenBFloat16(Vector512.LoadUnsafe(ref from, (nuint)i));
            low.StoreUnsafe(ref to, (nuint)i);
            high.StoreUnsafe(ref to, (nuint)(i + Step / 2));
        }
        for (; i < source.Length; i++) destination[i] = (float)source[i];
    }

    /// <summary>Rounds float to BFloat16, to nearest even.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToBFloat16(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        RequireRoom(source.Length, destination.Length);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        for (; i <= source.Length - Step; i += Step)
        {
            MemoryPrefetch.Ahead(ref from, i, 128);
            var low = Vector512.LoadUnsafe(ref from, (nuint)i);
            var high = Vector512.LoadUnsafe(ref from, (nuint)(i + Step / 2));
            NarrowToBFloat16(low, high).StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < source.Length; i++) destination[i] = (BFloat16)source[i];
    }

    /// <summary>Widens Half to float, exactly.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToSingle(ReadOnlySpan<Half> source, Span<float> destination)
    {
        RequireRoom(source.Length, destination.Length);
        ref ushort from = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= source.Length - Step; i += Step)
        {
            MemoryPrefetch.Ahead(ref from, i, 64);
            var (low, high) = WidenHalf(Vector512.LoadUnsafe(ref from, (nuint)i));
            low.StoreUnsafe(ref to, (nuint)i);
            high.StoreUnsafe(ref to, (nuint)(i + Step / 2));
        }
        for (; i < source.Length; i++) destination[i] = (float)source[i];
    }

    /// <summary>Rounds float to Half, to nearest even.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void ToHalf(ReadOnlySpan<float> source, Span<Half> destination)
    {
        RequireRoom(source.Length, destination.Length);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        for (; i <= source.Length - Step; i += Step)
        {
            MemoryPrefetch.Ahead(ref from, i, 128);
            var low = Vector512.LoadUnsafe(ref from, (nuint)i);
            var high = Vector512.LoadUnsafe(ref from, (nuint)(i + Step / 2));
            NarrowToHalf(low, high).StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < source.Length; i++) destination[i] = (Half)source[i];
    }

    private static void RequireRoom(int needed, int available)
    {
        if (available < needed)
            throw new ArgumentException($"The destination holds {available} elements; {needed} are needed.", "destination");
    }

    private static NotSupportedException NotFloating<T>() =>
        new($"{typeof(T)} has no block conversion; float, Half and BFloat16 have one.");
}
