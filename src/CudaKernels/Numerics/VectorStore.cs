using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>How a loop stores its vectors; a struct, so that the loop inlines it.</summary>
internal unsafe interface IVectorStore
{
    /// <summary>Stores sixteen floats.</summary>
    static abstract void Store(Vector512<float> vector, float* to);
}

/// <summary>Ordinary stores, at any place.</summary>
internal readonly unsafe struct CachedStore : IVectorStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> vector, float* to) => vector.Store(to);
}

/// <summary>
/// Stores past the caches, at places that are aligned to <see cref="Alignment"/>: they do not read what they overwrite.
/// <see cref="StreamedCopy.Complete"/> must follow before another thread is told of them.
/// </summary>
internal readonly unsafe struct StreamedStore : IVectorStore
{
    /// <summary>The bytes of a vector.</summary>
    public const nint Alignment = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> vector, float* to) => vector.StoreAlignedNonTemporal(to);
}
