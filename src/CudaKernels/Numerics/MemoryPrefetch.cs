using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>
/// Asks for memory that a loop over a span will read a page from now: the hardware's own prefetching starts afresh at each
/// page, which leaves a single core short of the bandwidth that it could have. Elsewhere than on x86 it does nothing.
/// </summary>
internal static unsafe class MemoryPrefetch
{
    private const int Distance = 4096;
    private const int Line = 64;
    private const int FarthestRow = 64 * 1024;

    /// <summary>Touches the cache lines of one loop step, <see cref="Distance"/> bytes after element <paramref name="index"/>.</summary>
    /// <param name="from">The first element of the span; it need not be pinned, the address is only a hint.</param>
    /// <param name="index">The element that the loop stands at.</param>
    /// <param name="bytes">The bytes that one step of the loop reads; a constant at every call.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ahead<T>(ref T from, int index, int bytes) => Ahead(ref from, index, bytes, Distance);

    /// <summary>The distance at which a loop over a row that is in the cache already fetches the row after it; 0 where rows are too long for that.</summary>
    /// <param name="length">The elements of a row.</param>
    public static int NextRow<T>(int length) => (long)length * Unsafe.SizeOf<T>() <= FarthestRow ? length * Unsafe.SizeOf<T>() : 0;

    /// <summary>Touches the cache lines of one loop step, a number of bytes after element <paramref name="index"/>.</summary>
    /// <param name="from">The first element of the span; it need not be pinned, the address is only a hint.</param>
    /// <param name="index">The element that the loop stands at.</param>
    /// <param name="bytes">The bytes that one step of the loop reads; a constant at every call.</param>
    /// <param name="distance">The bytes between what the loop reads and what it asks for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ahead<T>(ref T from, int index, int bytes, int distance)
    {
        if (!Sse.IsSupported) return;
        byte* line = (byte*)Unsafe.AsPointer(ref from) + (nint)index * Unsafe.SizeOf<T>() + distance;
        Sse.Prefetch0(line);
        if (bytes > Line) Sse.Prefetch0(line + Line);
        if (bytes > 2 * Line) Sse.Prefetch0(line + 2 * Line);
        if (bytes > 3 * Line) Sse.Prefetch0(line + 3 * Line);
    }

    /// <summary>Touches the cache lines of some bytes; the address is only a hint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(void* from, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < bytes; i += Line) Sse.Prefetch0((byte*)from + i);
    }
}
