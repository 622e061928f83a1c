using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Rows of which every <paramref name="step"/>th belongs together, gathered in the type that is computed in and dealt out again.</summary>
/// <param name="rows">The first element of row 0.</param>
/// <param name="step">How many rows further the next is.</param>
/// <param name="width">Elements of a row.</param>
internal readonly unsafe struct StridedRows<T, TCompute>(T* rows, long step, int width)
    where T : unmanaged
    where TCompute : unmanaged, INumberBase<TCompute>
{
    /// <summary>Gathers rows from one on, as many as there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Read(long first, Span<TCompute> to)
    {
        for (var row = rows + (first * width); !to.IsEmpty; row += step * width)
        {
            WideRow<T, TCompute>.Widen(row, to[..width]);
            to = to[width..];
        }
    }

    /// <summary>Deals rows out from one on, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Write(long first, ReadOnlySpan<TCompute> from)
    {
        for (var row = rows + (first * width); !from.IsEmpty; row += step * width)
        {
            WideRow<T, TCompute>.Narrow(from[..width], row);
            from = from[width..];
        }
    }
}
