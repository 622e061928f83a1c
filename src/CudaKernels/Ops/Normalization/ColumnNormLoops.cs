using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The loops of normalisations over a row whose columns have a mean and a scale each.</summary>
internal static unsafe class ColumnNormLoops
{
    /// <summary>sums += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Add<T>(ReadOnlySpan<T> x, T* sums) where T : unmanaged
    {
        fixed (T* elements = x)
        {
            var i = 0;
            for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), elements + i, sums + i);
            }

            if (i < x.Length)
            {
                Turn(new VectorTail(x.Length - i), elements + i, sums + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, T* x, T* sums) where TAccess : struct, IVectorAccess => at.Store(at.Load(sums) + at.Load(x), sums);
    }

    /// <summary>sums += (x - mean)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddSquares<T>(ReadOnlySpan<T> x, T* mean, T* sums) where T : unmanaged
    {
        fixed (T* elements = x)
        {
            var i = 0;
            for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), elements + i, mean + i, sums + i);
            }

            if (i < x.Length)
            {
                Turn(new VectorTail(x.Length - i), elements + i, mean + i, sums + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, T* x, T* mean, T* sums) where TAccess : struct, IVectorAccess
        {
            var deviation = at.Load(x) - at.Load(mean);
            at.Store(at.Load(sums) + (deviation * deviation), sums);
        }
    }

    /// <summary>gammaSums += dy·(x - mean)·scale and betaSums += dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddGradients<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* mean, T* scale, T* gammaSums, T* betaSums) where T : unmanaged
    {
        fixed (T* gradients = dy, elements = x)
        {
            var i = 0;
            for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), gradients + i, elements + i, mean + i, scale + i, gammaSums + i, betaSums + i);
            }

            if (i < x.Length)
            {
                Turn(new VectorTail(x.Length - i), gradients + i, elements + i, mean + i, scale + i, gammaSums + i, betaSums + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, T* dy, T* x, T* mean, T* scale, T* gammaSums, T* betaSums) where TAccess : struct, IVectorAccess
        {
            var g = at.Load(dy);
            var normalized = (at.Load(x) - at.Load(mean)) * at.Load(scale);
            at.Store(at.Load(gammaSums) + (g * normalized), gammaSums);
            at.Store(at.Load(betaSums) + g, betaSums);
        }
    }

    /// <summary>y = (x - mean)·factor + offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Apply<T>(ReadOnlySpan<T> x, T* mean, T* factor, T* offset, Span<T> y) where T : unmanaged
    {
        fixed (T* elements = x, to = y)
        {
            var i = 0;
            for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), elements + i, mean + i, factor + i, offset + i, to + i);
            }

            if (i < x.Length)
            {
                Turn(new VectorTail(x.Length - i), elements + i, mean + i, factor + i, offset + i, to + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, T* x, T* mean, T* factor, T* offset, T* y) where TAccess : struct, IVectorAccess =>
            at.Store(((at.Load(x) - at.Load(mean)) * at.Load(factor)) + at.Load(offset), y);
    }

    /// <summary>dx = dy·factor + (x - mean)·slope + offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* mean, T* factor, T* slope, T* offset, Span<T> dx) where T : unmanaged
    {
        fixed (T* gradients = dy, elements = x, to = dx)
        {
            var i = 0;
            for (; i <= x.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), gradients + i, elements + i, mean + i, factor + i, slope + i, offset + i, to + i);
            }

            if (i < x.Length)
            {
                Turn(new VectorTail(x.Length - i), gradients + i, elements + i, mean + i, factor + i, slope + i, offset + i, to + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, T* dy, T* x, T* mean, T* factor, T* slope, T* offset, T* dx) where TAccess : struct, IVectorAccess
        {
            var deviation = at.Load(x) - at.Load(mean);
            at.Store((at.Load(dy) * at.Load(factor)) + (deviation * at.Load(slope)) + at.Load(offset), dx);
        }
    }
}
