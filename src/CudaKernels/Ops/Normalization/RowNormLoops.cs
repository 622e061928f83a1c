using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The loops of the gradients of normalisations over a row that has one mean and one scale: x̂ = (x - mean)·scale.</summary>
internal static unsafe class RowNormLoops
{
    /// <summary>Elements that are summed in their own type, before the sum goes on in double: 32 additions to a lane of float.</summary>
    private const int Block = 512;

    /// <summary>Σ g and Σ g·x̂ with g = dy·gamma; on the way dy is added to <paramref name="betaSums"/> and dy·x̂ to <paramref name="gammaSums"/>.</summary>
    /// <param name="dy">The gradient of the output.</param>
    /// <param name="x">The row, as long as dy.</param>
    /// <param name="gamma">A factor for each column, or null for ones.</param>
    /// <param name="mean">The row's mean.</param>
    /// <param name="scale">The row's scale.</param>
    /// <param name="gammaSums">A sum for each column, or null.</param>
    /// <param name="betaSums">A sum for each column; null where <paramref name="gammaSums"/> is.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static (double Sum, double Product) Sums<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* gamma, T mean, T scale, T* gammaSums = null, T* betaSums = null) where T : unmanaged
    {
        var (total, totalProduct) = (0.0, 0.0);
        fixed (T* gradients = dy, elements = x)
        {
            for (var begin = 0; begin < dy.Length; begin += Block)
            {
                var (sum, product) = (Vector512<T>.Zero, Vector512<T>.Zero);
                var end = Math.Min(begin + Block, dy.Length);
                var i = begin;
                for (; i <= end - Vector512<T>.Count; i += Vector512<T>.Count)
                {
                    MemoryPrefetch.Ahead(ref *gradients, i, 64);
                    var (g, normalized) = Turn(default(WholeVector), i, gradients, elements, gamma, mean, scale, gammaSums, betaSums);
                    sum += g;
                    product += g * normalized;
                }

                total += SpanReduction.Total(sum);
                totalProduct += SpanReduction.Total(product);
                if (i < end)
                {
                    var (g, normalized) = Turn(new VectorTail(end - i), i, gradients, elements, gamma, mean, scale, gammaSums, betaSums);
                    total += SpanReduction.Total(g);
                    totalProduct += SpanReduction.Total(g * normalized);
                }
            }
        }

        return (total, totalProduct);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static (Vector512<T> Gradient, Vector512<T> Normalized) Turn<TAccess>(TAccess at, int i, T* dy, T* x, T* gamma, T mean, T scale, T* gammaSums, T* betaSums) where TAccess : struct, IVectorAccess
        {
            var g = at.Load(dy + i);
            var normalized = (at.Load(x + i) - Vector512.Create(mean)) * Vector512.Create(scale);
            if (gammaSums is not null)
            {
                at.Store(at.Load(gammaSums + i) + (g * normalized), gammaSums + i);
                at.Store(at.Load(betaSums + i) + g, betaSums + i);
            }

            return (gamma is null ? g : g * at.Load(gamma + i), normalized);
        }
    }

    /// <summary>dx = (dy·gamma - offset - x̂·slope)·scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* gamma, Span<T> dx, T mean, T scale, T offset, T slope) where T : unmanaged, INumber<T>
    {
        fixed (T* gradients = dy, elements = x, to = dx)
        {
            var i = 0;
            for (; i <= dy.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                Turn(default(WholeVector), i, gradients, elements, gamma, to, mean, scale, offset, slope);
            }

            if (i < dy.Length)
            {
                Turn(new VectorTail(dy.Length - i), i, gradients, elements, gamma, to, mean, scale, offset, slope);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Turn<TAccess>(TAccess at, int i, T* dy, T* x, T* gamma, T* dx, T mean, T scale, T offset, T slope) where TAccess : struct, IVectorAccess
        {
            var (g, factor) = (at.Load(dy + i), Vector512.Create(scale));
            g = gamma is null ? g : g * at.Load(gamma + i);
            var normalized = (at.Load(x + i) - Vector512.Create(mean)) * factor;
            at.Store((g - Vector512.Create(offset) - (normalized * Vector512.Create(slope))) * factor, dx + i);
        }
    }
}
