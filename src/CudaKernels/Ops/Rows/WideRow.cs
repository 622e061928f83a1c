using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Room for rows in the type that is computed in, float or double: rows of that type are used where they lie, those of the 16-bit types are widened into it and narrowed out of it.</summary>
/// <param name="rows">Rows that are in use at a time.</param>
/// <param name="length">Elements of the longest.</param>
internal readonly unsafe ref struct WideRow<T, TCompute>(int rows, int length) : IDisposable
    where T : unmanaged
    where TCompute : unmanaged, INumberBase<TCompute>
{
    private readonly TCompute[]? _buffer = typeof(T) == typeof(TCompute) ? null : ArrayPool<TCompute>.Shared.Rent(Math.Max(rows * length, 1));

    /// <summary>Copies elements, widened.</summary>
    public static void Widen(T* elements, Span<TCompute> to)
    {
        if (typeof(T) == typeof(TCompute))
        {
            new ReadOnlySpan<TCompute>(elements, to.Length).CopyTo(to);
        }
        else
        {
            BlockConversion.Widen(new ReadOnlySpan<T>(elements, to.Length), MemoryMarshal.Cast<TCompute, float>(to));
        }
    }

    /// <summary>Copies elements, rounded.</summary>
    public static void Narrow(ReadOnlySpan<TCompute> from, T* elements)
    {
        if (typeof(T) == typeof(TCompute))
        {
            from.CopyTo(new Span<TCompute>(elements, from.Length));
        }
        else
        {
            BlockConversion.Narrow(MemoryMarshal.Cast<TCompute, float>(from), new Span<T>(elements, from.Length));
        }
    }

    /// <summary>The elements of a row to be read.</summary>
    /// <param name="slot">Which room; those in use at a time differ.</param>
    /// <param name="elements">The row.</param>
    /// <param name="count">Its length.</param>
    public ReadOnlySpan<TCompute> Read(int slot, T* elements, int count)
    {
        if (_buffer is null)
        {
            return new ReadOnlySpan<TCompute>(elements, count);
        }

        var wide = _buffer.AsSpan(slot * length, count);
        Widen(elements, wide);
        return wide;
    }

    /// <summary>Where a row is written; <see cref="Finish"/> it afterwards.</summary>
    public Span<TCompute> Write(int slot, T* elements, int count) => _buffer is null ? new Span<TCompute>(elements, count) : _buffer.AsSpan(slot * length, count);

    /// <summary>Rounds a row that was written, once.</summary>
    public void Finish(int slot, T* elements, int count)
    {
        if (_buffer is not null)
        {
            Narrow(_buffer.AsSpan(slot * length, count), elements);
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<TCompute>.Shared.Return(_buffer);
        }
    }
}
