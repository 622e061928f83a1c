using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Sums of rows with weights, by vectors.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal static class RowSums<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>a·(1 - fraction) + b·fraction, two rounded products and a sum; a alone where the fraction is 0, whatever b is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mix(T a, T b, T fraction) => fraction == T.Zero ? a : (a * (T.One - fraction)) + (b * fraction);

    /// <summary>The same of each two elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Mix(ReadOnlySpan<T> a, ReadOnlySpan<T> b, T fraction, Span<T> to)
    {
        if (fraction == T.Zero)
        {
            a.CopyTo(to);
            return;
        }

        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b[..a.Length]);
        ref var sum = ref MemoryMarshal.GetReference(to[..a.Length]);
        var (rest, part) = (Vector512.Create(T.One - fraction), Vector512.Create(fraction));
        nuint i = 0, count = (nuint)a.Length, whole = count - (count % (nuint)Vector512<T>.Count);
        for (; i < whole; i += (nuint)Vector512<T>.Count)
        {
            ((Vector512.LoadUnsafe(ref left, i) * rest) + (Vector512.LoadUnsafe(ref right, i) * part)).StoreUnsafe(ref sum, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref sum, i) = (Unsafe.Add(ref left, i) * (T.One - fraction)) + (Unsafe.Add(ref right, i) * fraction);
        }
    }

    /// <summary>sum[i] += weight·x[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add(ReadOnlySpan<T> x, T weight, Span<T> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(sum[..x.Length]);
        var weights = Vector512.Create(weight);
        nuint i = 0, count = (nuint)x.Length, whole = count - (count % (nuint)Vector512<T>.Count);
        for (; i < whole; i += (nuint)Vector512<T>.Count)
        {
            (Vector512.LoadUnsafe(ref to, i) + (Vector512.LoadUnsafe(ref from, i) * weights)).StoreUnsafe(ref to, i);
        }

        for (; i < count; i++)
        {
            Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i) * weight;
        }
    }
}
