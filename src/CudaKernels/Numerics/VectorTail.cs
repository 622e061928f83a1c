using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>How a turn of a vector loop loads and stores: whole vectors, or the few elements that are left behind the last whole one.</summary>
internal unsafe interface IVectorAccess
{
    /// <summary>The elements from a place on.</summary>
    Vector512<T> Load<T>(T* from) where T : unmanaged;

    /// <summary>Stores the elements of a vector from a place on.</summary>
    void Store<T>(Vector512<T> vector, T* to) where T : unmanaged;
}

/// <summary>Whole vectors.</summary>
internal readonly unsafe struct WholeVector : IVectorAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Load<T>(T* from) where T : unmanaged => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(Vector512<T> vector, T* to) where T : unmanaged => vector.Store(to);
}

/// <summary>
/// The elements behind the last whole vector: what lies beyond them is neither read nor written, and counts as 0. A loop takes them in a turn of
/// its own, after the others: around a call, which these are, the JIT stores and loads the vectors that a loop keeps.
/// </summary>
/// <param name="count">How many there are; 1 or more, and fewer than a vector has.</param>
internal readonly unsafe struct VectorTail(int count) : IVectorAccess
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Vector512<T> Load<T>(T* from) where T : unmanaged
    {
        var vector = Vector512<T>.Zero;
        new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>(&vector, Vector512<T>.Count));
        return vector;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Store<T>(Vector512<T> vector, T* to) where T : unmanaged => new ReadOnlySpan<T>(&vector, count).CopyTo(new Span<T>(to, count));
}
