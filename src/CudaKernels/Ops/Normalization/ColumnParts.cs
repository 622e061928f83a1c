using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// How the rows of a matrix are shared out where sums along its columns are made: every piece of work has sums of its own, which are
/// joined in order. The pieces depend on the shape alone, so that the number of threads changes no bit.
/// </summary>
internal readonly record struct ColumnParts(nint Rows, nint Columns, nint RowsPerPart)
{
    /// <summary>Elements that a part has at least.</summary>
    private const int LeastElements = 32 * 1024;

    /// <summary>The most parts, and the most sums of all parts together.</summary>
    private const int MostParts = 64, MostSums = 4 * 1024 * 1024;

    /// <summary>The number of parts.</summary>
    public int Count => (int)((Rows + RowsPerPart - 1) / RowsPerPart);

    public static ColumnParts Of(nint rows, nint columns)
    {
        var most = Math.Clamp(MostSums / Math.Max(columns, 1), 1, MostParts);
        return new ColumnParts(rows, columns, Math.Max(Math.Max(LeastElements / Math.Max(columns, 1), (rows + most - 1) / most), 1));
    }

    /// <summary>The rows of a part.</summary>
    public (nint Begin, nint End) Range(long part) => ((nint)part * RowsPerPart, Math.Min(((nint)part + 1) * RowsPerPart, Rows));
}

/// <summary>The sums of all parts: so many rows of one sum per column for each part, zeros at first.</summary>
internal readonly unsafe ref struct ColumnSums<TCompute> : IDisposable where TCompute : unmanaged, INumberBase<TCompute>
{
    private readonly ColumnParts _parts;
    private readonly TCompute[] _sums;
    private readonly GCHandle _pin;

    /// <param name="parts">The parts.</param>
    /// <param name="kinds">Sums of each column.</param>
    public ColumnSums(ColumnParts parts, int kinds)
    {
        _parts = parts;
        Kinds = kinds;
        var count = checked(parts.Count * kinds * (int)parts.Columns);
        _sums = ArrayPool<TCompute>.Shared.Rent(Math.Max(count, 1));
        _sums.AsSpan(0, count).Clear();
        _pin = GCHandle.Alloc(_sums, GCHandleType.Pinned);
        Address = (TCompute*)_pin.AddrOfPinnedObject();
    }

    /// <summary>The first sum of the first part; a part has <see cref="Kinds"/> times as many as columns.</summary>
    public TCompute* Address { get; }

    /// <summary>Sums of each column.</summary>
    public int Kinds { get; }

    /// <summary>Adds up the parts of one kind in order, in double.</summary>
    public void Join(int kind, Span<double> totals)
    {
        totals.Clear();
        for (var part = 0; part < _parts.Count; part++)
        {
            var sums = Address + (((nint)part * Kinds) + kind) * _parts.Columns;
            for (var c = 0; c < totals.Length; c++)
            {
                totals[c] += double.CreateTruncating(sums[c]);
            }
        }
    }

    /// <summary>Adds up the parts of one kind in order and rounds the totals to the element type.</summary>
    public void Join<T>(int kind, T* result) where T : unmanaged, INumberBase<T>
    {
        var totals = ArrayPool<double>.Shared.Rent((int)_parts.Columns);
        Join(kind, totals.AsSpan(0, (int)_parts.Columns));
        for (nint c = 0; c < _parts.Columns; c++)
        {
            result[c] = T.CreateTruncating(totals[c]);
        }

        ArrayPool<double>.Shared.Return(totals);
    }

    public void Dispose()
    {
        _pin.Free();
        ArrayPool<TCompute>.Shared.Return(_sums);
    }
}
