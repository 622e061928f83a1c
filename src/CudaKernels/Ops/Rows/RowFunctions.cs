using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The vector steps that row operations are made of.</summary>
internal static class RowFunctions
{
    /// <summary>exp(x - shift), where no x is above the shift by more than 40.</summary>
    public readonly struct ShiftedExp<T>(T shift) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _shift = shift;

        public Vector512<T> Invoke(Vector512<T> x) => typeof(T) == typeof(double)
            ? VectorMath.Exp((x - Vector512.Create(_shift)).AsDouble()).As<double, T>()
            : VectorMath.ExpOfDifference((x - Vector512.Create(_shift)).AsSingle()).As<float, T>();
    }

    /// <summary>exp(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x) where T : unmanaged => typeof(T) == typeof(double)
        ? VectorMath.Exp(x.AsDouble()).As<double, T>()
        : VectorMath.Exp(x.AsSingle()).As<float, T>();

    /// <summary>x · factor.</summary>
    public readonly struct Scaled<T>(T factor) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _factor = factor;

        public Vector512<T> Invoke(Vector512<T> x) => x * Vector512.Create(_factor);
    }

    /// <summary>(x - shift) · factor.</summary>
    public readonly struct Standardized<T>(T shift, T factor) : IVectorFunction<T> where T : unmanaged
    {
        private readonly T _shift = shift;
        private readonly T _factor = factor;

        public Vector512<T> Invoke(Vector512<T> x) => (x - Vector512.Create(_shift)) * Vector512.Create(_factor);
    }

    /// <summary>y = (x - shift)·factor·gamma + beta along a row; a null pointer leaves the step out. x and y may be the same memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static unsafe void Standardize<TCompute, T>(ReadOnlySpan<TCompute> x, Span<TCompute> y, TCompute shift, TCompute factor, T* gamma, T* beta)
        where TCompute : unmanaged, INumber<TCompute>
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(TCompute))
        {
            VectorLoop.Apply(new Standardized<TCompute>(shift, factor), x, y);
            ScaleNarrow(MemoryMarshal.Cast<TCompute, float>(y), gamma, beta);
            return;
        }

        var (count, distance) = (Vector512<TCompute>.Count, MemoryPrefetch.NextRow<TCompute>(x.Length));
        var standardized = new Standardized<TCompute>(shift, factor);
        fixed (TCompute* from = x, to = y)
        {
            var i = 0;
            for (; i <= y.Length - count; i += count)
            {
                MemoryPrefetch.Ahead(ref *from, i, 64, distance);
                var value = standardized.Invoke(Vector512.Load(from + i));
                value = gamma is null ? value : value * Vector512.Load((TCompute*)gamma + i);
                value = beta is null ? value : value + Vector512.Load((TCompute*)beta + i);
                value.Store(to + i);
            }

            for (; i < y.Length; i++)
            {
                var value = (from[i] - shift) * factor;
                value = gamma is null ? value : value * ((TCompute*)gamma)[i];
                to[i] = beta is null ? value : value + ((TCompute*)beta)[i];
            }
        }
    }

    /// <summary>y = y·gamma + beta with factors of a 16-bit type, which are widened some at a time.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ScaleNarrow<T>(Span<float> y, T* gamma, T* beta) where T : unmanaged
    {
        const int Block = 256;
        var room = stackalloc float[(2 * Block) + StackRoom.Spare<float>()];
        var factors = StackRoom.Align(room);
        var addends = factors + Block;
        fixed (float* row = y)
        {
            for (var start = 0; start < y.Length; start += Block)
            {
                var length = Math.Min(Block, y.Length - start);
                if (gamma is not null)
                {
                    BlockConversion.Widen(new ReadOnlySpan<T>(gamma + start, length), new Span<float>(factors, length));
                }

                if (beta is not null)
                {
                    BlockConversion.Widen(new ReadOnlySpan<T>(beta + start, length), new Span<float>(addends, length));
                }

                Scale(row + start, gamma is null ? null : factors, beta is null ? null : addends, length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Scale(float* y, float* gamma, float* beta, int count)
    {
        var i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var value = Vector512.Load(y + i);
            value = gamma is null ? value : value * Vector512.Load(gamma + i);
            value = beta is null ? value : value + Vector512.Load(beta + i);
            value.Store(y + i);
        }

        for (; i < count; i++)
        {
            var value = gamma is null ? y[i] : y[i] * gamma[i];
            y[i] = beta is null ? value : value + beta[i];
        }
    }
}
