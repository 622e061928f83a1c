using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The loops of normalisations over a row whose columns have a mean and a scale each.</summary>
internal static unsafe class ColumnNormLoops
{
    /// <summary>sums += x.</summary>
    public static void Add<T>(ReadOnlySpan<T> x, T* sums) where T : unmanaged
    {
        fixed (T* elements = x)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var left = x.Length - i;
                VectorTail.Store(VectorTail.Load(sums + i, left) + VectorTail.Load(elements + i, left), sums + i, left);
            }
        }
    }

    /// <summary>sums += (x - mean)².</summary>
    public static void AddSquares<T>(ReadOnlySpan<T> x, T* mean, T* sums) where T : unmanaged
    {
        fixed (T* elements = x)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var left = x.Length - i;
                var deviation = VectorTail.Load(elements + i, left) - VectorTail.Load(mean + i, left);
                VectorTail.Store(VectorTail.Load(sums + i, left) + (deviation * deviation), sums + i, left);
            }
        }
    }

    /// <summary>gammaSums += dy·(x - mean)·scale and betaSums += dy.</summary>
    public static void AddGradients<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* mean, T* scale, T* gammaSums, T* betaSums) where T : unmanaged
    {
        fixed (T* gradients = dy, elements = x)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var left = x.Length - i;
                var g = VectorTail.Load(gradients + i, left);
                var normalized = (VectorTail.Load(elements + i, left) - VectorTail.Load(mean + i, left)) * VectorTail.Load(scale + i, left);
                VectorTail.Store(VectorTail.Load(gammaSums + i, left) + (g * normalized), gammaSums + i, left);
                VectorTail.Store(VectorTail.Load(betaSums + i, left) + g, betaSums + i, left);
            }
        }
    }

    /// <summary>y = (x - mean)·factor + offset.</summary>
    public static void Apply<T>(ReadOnlySpan<T> x, T* mean, T* factor, T* offset, Span<T> y) where T : unmanaged
    {
        fixed (T* elements = x, to = y)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var left = x.Length - i;
                var deviation = VectorTail.Load(elements + i, left) - VectorTail.Load(mean + i, left);
                VectorTail.Store((deviation * VectorTail.Load(factor + i, left)) + VectorTail.Load(offset + i, left), to + i, left);
            }
        }
    }

    /// <summary>dx = dy·factor + (x - mean)·slope + offset.</summary>
    public static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* mean, T* factor, T* slope, T* offset, Span<T> dx) where T : unmanaged
    {
        fixed (T* gradients = dy, elements = x, to = dx)
        {
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                var left = x.Length - i;
                var deviation = VectorTail.Load(elements + i, left) - VectorTail.Load(mean + i, left);
                var value = (VectorTail.Load(gradients + i, left) * VectorTail.Load(factor + i, left)) + (deviation * VectorTail.Load(slope + i, left)) + VectorTail.Load(offset + i, left);
                VectorTail.Store(value, to + i, left);
            }
        }
    }
}
