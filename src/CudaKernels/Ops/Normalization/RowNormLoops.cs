using System.Numerics;
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
    public static (double Sum, double Product) Sums<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* gamma, T mean, T scale, T* gammaSums = null, T* betaSums = null) where T : unmanaged
    {
        var (shift, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        var (total, totalProduct) = (0.0, 0.0);
        fixed (T* gradients = dy, elements = x)
        {
            for (var begin = 0; begin < dy.Length; begin += Block)
            {
                var (sum, product) = (Vector512<T>.Zero, Vector512<T>.Zero);
                var end = Math.Min(begin + Block, dy.Length);
                for (var i = begin; i < end; i += Vector512<T>.Count)
                {
                    MemoryPrefetch.Ahead(ref *gradients, i, 64);
                    var left = dy.Length - i;
                    var g = VectorTail.Load(gradients + i, left);
                    var normalized = (VectorTail.Load(elements + i, left) - shift) * factor;
                    if (gammaSums is not null)
                    {
                        VectorTail.Store(VectorTail.Load(gammaSums + i, left) + (g * normalized), gammaSums + i, left);
                        VectorTail.Store(VectorTail.Load(betaSums + i, left) + g, betaSums + i, left);
                    }

                    g = gamma is null ? g : g * VectorTail.Load(gamma + i, left);
                    sum += g;
                    product += g * normalized;
                }

                total += SpanReduction.Total(sum);
                totalProduct += SpanReduction.Total(product);
            }
        }

        return (total, totalProduct);
    }

    /// <summary>dx = (dy·gamma - offset - x̂·slope)·scale.</summary>
    public static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, T* gamma, Span<T> dx, T mean, T scale, T offset, T slope) where T : unmanaged, INumber<T>
    {
        var (shift, factor) = (Vector512.Create(mean), Vector512.Create(scale));
        var (constant, share) = (Vector512.Create(offset), Vector512.Create(slope));
        fixed (T* gradients = dy, elements = x, to = dx)
        {
            for (var i = 0; i < dy.Length; i += Vector512<T>.Count)
            {
                var left = dy.Length - i;
                var g = VectorTail.Load(gradients + i, left);
                g = gamma is null ? g : g * VectorTail.Load(gamma + i, left);
                var normalized = (VectorTail.Load(elements + i, left) - shift) * factor;
                VectorTail.Store((g - constant - (normalized * share)) * factor, to + i, left);
            }
        }
    }
}
