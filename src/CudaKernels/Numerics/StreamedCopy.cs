using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>
/// Copies whose destination bypasses the caches: an ordinary store first reads the line it is going to overwrite, which for a result
/// larger than the cache costs as much bandwidth as the result itself.
/// </summary>
internal static unsafe class StreamedCopy
{
    /// <summary>Results of so many bytes are streamed: below, the next operation may still find them in a cache.</summary>
    public const long LeastBytes = 32 << 20;

    private const nint Line = 64;

    /// <summary>Copies bytes; <see cref="Complete"/> must follow before another thread is told of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* from, byte* to, nint bytes)
    {
        var head = Math.Min(-(nint)to & (Line - 1), bytes);
        Unsafe.CopyBlockUnaligned(to, from, (uint)head);
        var i = head;
        for (; i <= bytes - Line; i += Line)
        {
            var (first, second) = (Vector256.Load(from + i), Vector256.Load(from + i + 32));
            first.StoreAlignedNonTemporal(to + i);
            second.StoreAlignedNonTemporal(to + i + 32);
        }

        Unsafe.CopyBlockUnaligned(to + i, from + i, (uint)(bytes - i));
    }

    /// <summary>Orders the copies of this thread before whatever it stores next.</summary>
    public static void Complete()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
        else
        {
            Interlocked.MemoryBarrier();
        }
    }
}
