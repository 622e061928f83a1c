using System.Numerics;
using System.Runtime.CompilerServices;
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
            for (var column = 0; column < y.Length; column++)
            {
                var value = gamma is null ? y[column] : y[column] * TCompute.CreateTruncating(gamma[column]);
                y[column] = beta is null ? value : value + TCompute.CreateTruncating(beta[column]);
            }

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
}
