using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Loads and stores of a vector at a place where fewer elements may be left: what lies beyond them is neither read nor written, and counts as 0.</summary>
internal static unsafe class VectorTail
{
    /// <summary>The next elements, as many as a vector holds or as are left.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="left">How many elements there are from there on; 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load<T>(T* from, int left) where T : unmanaged => left >= Vector512<T>.Count ? Vector512.Load(from) : LoadFew(from, left);

    /// <summary>Stores the elements of a vector that there is room for.</summary>
    /// <param name="vector">The elements.</param>
    /// <param name="to">Where the first goes.</param>
    /// <param name="left">How many elements there is room for; 1 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<T> vector, T* to, int left) where T : unmanaged
    {
        if (left >= Vector512<T>.Count)
        {
            vector.Store(to);
            return;
        }

        StoreFew(vector, to, left);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<T> LoadFew<T>(T* from, int left) where T : unmanaged
    {
        var vector = Vector512<T>.Zero;
        new ReadOnlySpan<T>(from, left).CopyTo(new Span<T>(&vector, Vector512<T>.Count));
        return vector;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreFew<T>(Vector512<T> vector, T* to, int left) where T : unmanaged => new ReadOnlySpan<T>(&vector, left).CopyTo(new Span<T>(to, left));
}
