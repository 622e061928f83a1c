using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>The sums along columns of all parts, in double: so many kinds of sums of each column for each part, zeros at first.</summary>
internal readonly unsafe ref struct ColumnSums : IDisposable
{
    private readonly ColumnParts _parts;
    private readonly int _kinds;
    private readonly double[] _sums;
    private readonly GCHandle _pin;

    /// <param name="parts">The parts.</param>
    /// <param name="kinds">Sums of each column.</param>
    public ColumnSums(ColumnParts parts, int kinds)
    {
        (_parts, _kinds) = (parts, kinds);
        var count = checked(parts.Count * kinds * (int)parts.Columns);
        _sums = ArrayPool<double>.Shared.Rent(Math.Max(count, 1));
        _sums.AsSpan(0, count).Clear();
        _pin = GCHandle.Alloc(_sums, GCHandleType.Pinned);
        Address = (double*)_pin.AddrOfPinnedObject();
    }

    /// <summary>The first sum of the first part; a part has its kinds one after the other, each as long as there are columns.</summary>
    public double* Address { get; }

    /// <summary>Adds up the parts of one kind in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Join(int kind, Span<double> totals)
    {
        totals.Clear();
        for (var part = 0; part < _parts.Count; part++)
        {
            var sums = Address + ((((nint)part * _kinds) + kind) * _parts.Columns);
            for (var c = 0; c < totals.Length; c++)
            {
                totals[c] += sums[c];
            }
        }
    }

    /// <summary>Adds up the parts of one kind in order and rounds the totals to the element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
        ArrayPool<double>.Shared.Return(_sums);
    }
}

/// <summary>Sums that a part adds its rows to in the type that is computed in; after every so many rows they go on in double.</summary>
internal unsafe ref struct ColumnAccumulator<TCompute> : IDisposable where TCompute : unmanaged, INumberBase<TCompute>
{
    /// <summary>Rows that are summed in their own type.</summary>
    private const int RowsPerFlush = 64;

    private readonly double* _totals;
    private readonly int _count;
    private readonly TCompute[] _sums;
    private readonly GCHandle _pin;
    private int _rows;

    /// <param name="totals">The part's sums, or null where none are wanted: then there are none to add to.</param>
    /// <param name="count">How many: the columns times the kinds.</param>
    public ColumnAccumulator(double* totals, int count)
    {
        _totals = totals;
        _count = totals is null ? 0 : count;
        _sums = ArrayPool<TCompute>.Shared.Rent(Math.Max(_count, 1));
        _sums.AsSpan(0, _count).Clear();
        _pin = GCHandle.Alloc(_sums, GCHandleType.Pinned);
        Address = totals is null ? null : (TCompute*)_pin.AddrOfPinnedObject();
    }

    /// <summary>The sums that a row is added to, or null.</summary>
    public TCompute* Address { get; }

    /// <summary>Says that a row was added.</summary>
    public void EndRow()
    {
        if (++_rows % RowsPerFlush == 0)
        {
            Flush();
        }
    }

    public void Dispose()
    {
        Flush();
        _pin.Free();
        ArrayPool<TCompute>.Shared.Return(_sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private readonly void Flush()
    {
        for (var i = 0; i < _count; i++)
        {
            _totals[i] += double.CreateTruncating(_sums[i]);
        }

        _sums.AsSpan(0, _count).Clear();
    }
}
