using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>A function of each pair of elements of two vectors; a struct, so that <see cref="VectorPairLoop"/> inlines it.</summary>
/// <typeparam name="T">The type that is computed in: float or double.</typeparam>
internal interface IVectorPairFunction<T> where T : unmanaged
{
    /// <summary>The function of every pair.</summary>
    Vector512<T> Invoke(Vector512<T> a, Vector512<T> b);
}

/// <summary>Applies a vector function to every pair of elements of two spans; the remainder runs through the same vector code.</summary>
internal static unsafe class VectorPairLoop
{
    /// <summary>destination[i] = function(a[i], b[i]) over float or double; the destination may be the same memory as an input.</summary>
    /// <remarks>The function comes by reference, since of a copy the JIT stores and loads the fields anew in each step.</remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply<T, TFunction>(in TFunction function, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> destination)
        where T : unmanaged
        where TFunction : struct, IVectorPairFunction<T>
    {
        if (a.Length != b.Length || a.Length != destination.Length)
        {
            throw new ArgumentException($"The spans have {a.Length}, {b.Length} and {destination.Length} elements; they must have as many.", nameof(b));
        }

        fixed (T* left = a, right = b, to = destination)
        {
            var i = 0;
            for (; i <= a.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                MemoryPrefetch.Ahead(ref *left, i, 64);
                MemoryPrefetch.Ahead(ref *right, i, 64);
                function.Invoke(Vector512.Load(left + i), Vector512.Load(right + i)).Store(to + i);
            }

            if (i < a.Length)
            {
                var tail = new VectorTail(a.Length - i);
                tail.Store(function.Invoke(tail.Load(left + i), tail.Load(right + i)), to + i);
            }
        }
    }
}
