using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The batch normalisation of a matrix [images, channels] on the managed device: rows are shared out, sums of the columns joined in order.</summary>
internal static unsafe class ManagedColumnNorm
{
    /// <summary>The mean of each column, and the sum of squares about it.</summary>
    public static void Moments<T, TCompute>(CpuDevice cpu, T* x, ChannelLayout layout, BatchMoments<TCompute> moments)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var (parts, columns) = (ColumnParts.Of((nint)layout.Images, (nint)layout.Channels), (int)layout.Channels);
        var totals = ArrayPool<double>.Shared.Rent(2 * columns);
        var means = totals.AsSpan(0, columns);
        var squares = totals.AsSpan(columns, columns);
        using var rounded = new ColumnVectors<TCompute>(1, columns);
        using (var sums = new ColumnSums(parts, 1))
        {
            ManagedParallel.For(parts.Count, cpu.Options.Threads, new SumWork<T, TCompute>(parts, x, null, sums.Address));
            sums.Join(0, means);
        }

        for (var c = 0; c < columns; c++)
        {
            means[c] /= layout.Count;
            rounded[0][c] = TCompute.CreateTruncating(means[c]);
        }

        using (var sums = new ColumnSums(parts, 1))
        {
            ManagedParallel.For(parts.Count, cpu.Options.Threads, new SumWork<T, TCompute>(parts, x, rounded[0], sums.Address));
            sums.Join(0, squares);
        }

        for (var c = 0; c < columns; c++)
        {
            // Σ(x - r)² = Σ(x - mean)² + n (mean - r)².
            var lost = means[c] - double.CreateTruncating(rounded[0][c]);
            moments.Keep(c, means[c], Math.Max(squares[c] - (layout.Count * lost * lost), 0));
        }

        ArrayPool<double>.Shared.Return(totals);
    }

    /// <summary>y = (x - mean)·scale·gamma + beta.</summary>
    public static void Apply<T, TCompute>(CpuDevice cpu, T* x, T* y, TCompute* statistics, ChannelParameters<T> parameters, ChannelLayout layout)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var parts = ColumnParts.Of((nint)layout.Images, (nint)layout.Channels);
        using var vectors = new ColumnVectors<TCompute>(3, (int)layout.Channels);
        for (long c = 0; c < layout.Channels; c++)
        {
            var (factor, offset) = parameters.Of(c, double.CreateTruncating(statistics[(2 * c) + 1]));
            (vectors[0][c], vectors[1][c], vectors[2][c]) = (statistics[2 * c], TCompute.CreateTruncating(factor), TCompute.CreateTruncating(offset));
        }

        ManagedParallel.For(parts.Count, cpu.Options.Threads, new ApplyWork<T, TCompute>(parts, x, y, vectors[0], vectors[1], vectors[2]));
    }

    /// <summary>Σx, or Σ(x - mean)² where there is a mean, of a part.</summary>
    private readonly struct SumWork<T, TCompute>(ColumnParts parts, T* x, TCompute* mean, double* sums) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ColumnParts _parts = parts;

        public void Execute(long part)
        {
            var columns = (int)_parts.Columns;
            using var wide = new WideRow<T, TCompute>(1, columns);
            using var totals = new ColumnAccumulator<TCompute>(sums + (part * columns), columns);
            var (begin, end) = _parts.Range(part);
            for (var row = begin; row < end; row++)
            {
                var elements = wide.Read(0, x + (row * columns), columns);
                if (mean is null)
                {
                    ColumnNormLoops.Add(elements, totals.Address);
                }
                else
                {
                    ColumnNormLoops.AddSquares(elements, mean, totals.Address);
                }

                totals.EndRow();
            }
        }
    }

    private readonly struct ApplyWork<T, TCompute>(ColumnParts parts, T* x, T* y, TCompute* mean, TCompute* factor, TCompute* offset) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ColumnParts _parts = parts;

        public void Execute(long part)
        {
            var columns = (int)_parts.Columns;
            using var wide = new WideRow<T, TCompute>(2, columns);
            var (begin, end) = _parts.Range(part);
            for (var row = begin; row < end; row++)
            {
                var at = row * columns;
                ColumnNormLoops.Apply(wide.Read(0, x + at, columns), mean, factor, offset, wide.Write(1, y + at, columns));
                wide.Finish(1, y + at, columns);
            }
        }
    }
}

/// <summary>So many vectors of one number for each column, at fixed addresses.</summary>
internal readonly unsafe ref struct ColumnVectors<TCompute> : IDisposable where TCompute : unmanaged
{
    private readonly int _columns;
    private readonly TCompute[] _elements;
    private readonly GCHandle _pin;

    public ColumnVectors(int vectors, int columns)
    {
        _columns = columns;
        _elements = ArrayPool<TCompute>.Shared.Rent(Math.Max(vectors * columns, 1));
        _pin = GCHandle.Alloc(_elements, GCHandleType.Pinned);
    }

    /// <summary>A vector; its elements are whatever they were.</summary>
    public TCompute* this[int vector] => (TCompute*)_pin.AddrOfPinnedObject() + ((nint)vector * _columns);

    public void Dispose()
    {
        _pin.Free();
        ArrayPool<TCompute>.Shared.Return(_elements);
    }
}
