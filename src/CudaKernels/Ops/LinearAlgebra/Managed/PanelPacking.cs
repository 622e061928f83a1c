using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Copies a strip of a matrix into a panel: for each k, <c>width</c> neighbouring values (rows of A, columns of B), with zeros
/// past the matrix's edge, so that the inner product reads one contiguous stream.
/// </summary>
internal static unsafe class PanelPacking
{
    /// <summary>Rows ahead that <see cref="CopyRows"/> asks for: they lie on other pages, where the hardware does not look ahead.</summary>
    private const int PrefetchedRows = 8;

    private const int CacheLine = 64;

    /// <summary>The strip's neighbours are contiguous in memory (A transposed, B as it is): a copy of short rows, into several panels at once.</summary>
    /// <param name="source">The strip's first value.</param>
    /// <param name="stride">Elements from one k to the next.</param>
    /// <param name="width">Values per k in a panel.</param>
    /// <param name="valid">How many the matrix has; ceil(valid / width) panels are filled.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="panels">Where the panels go, one after another.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void CopyRows<T>(T* source, nint stride, int width, int valid, nint depth, T* panels) where T : unmanaged
    {
        for (nint k = 0; k < depth; k++, source += stride, panels += width)
        {
            for (nint line = 0; line < valid; line += CacheLine / sizeof(T))
                Prefetch.Line(source + PrefetchedRows * stride + line);
            T* panel = panels;
            for (int first = 0; first < valid; first += width, panel += width * depth)
                CopyRow(source + first, width, int.Min(width, valid - first), panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow<T>(T* source, int width, int valid, T* destination) where T : unmanaged
    {
        int i = 0;
        for (; i + Vector512<T>.Count <= valid; i += Vector512<T>.Count)
            Vector512.Store(Vector512.Load(source + i), destination + i);
        for (; i + Vector128<T>.Count <= valid; i += Vector128<T>.Count)
            Vector128.Store(Vector128.Load(source + i), destination + i);
        for (; i < valid; i++)
            destination[i] = source[i];
        for (; i < width; i++)
            destination[i] = default;
    }

    /// <summary>The strip's depth is contiguous in memory (A as it is, B transposed): a transpose, four or two values square at a time.</summary>
    /// <param name="source">The strip's first value.</param>
    /// <param name="stride">Elements from one neighbour to the next.</param>
    /// <param name="width">Values per k in the panel.</param>
    /// <param name="valid">How many of them the matrix has.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="panel">Where the panel goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Transpose<T>(T* source, nint stride, int width, int valid, nint depth, T* panel) where T : unmanaged
    {
        int square = Vector128<T>.Count, line = CacheLine / sizeof(T);
        int squares = valid < square ? 0 : valid;
        nint k = 0;
        // A cache line of each row at a time, used up before the next: rows a power of two apart share a few cache sets.
        for (; k + line <= depth; k += line)
        {
            T* from = source + k;
            T* to = panel + k * width;
            for (int i = 0; i < valid; i++)
                Prefetch.Line(from + (width + i) * stride);
            // The last square begins early enough to be whole: what it shares with the one before is written twice.
            for (int i = 0; i < squares; i += square)
            {
                int first = int.Min(i, valid - square);
                for (int step = 0; step < line; step += square)
                    TransposeSquare(from + first * stride + step, stride, to + step * width + first, width);
            }
            for (int i = squares; i < valid; i++)
            {
                for (int step = 0; step < line; step++)
                    to[step * width + i] = from[i * stride + step];
            }
        }
        for (; k < depth; k++)
        {
            for (int i = 0; i < valid; i++)
                panel[k * width + i] = source[i * stride + k];
        }
        if (valid < width)
        {
            for (k = 0; k < depth; k++)
                new Span<T>(panel + k * width + valid, width - valid).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSquare<T>(T* source, nint stride, T* destination, nint width) where T : unmanaged
    {
        var row0 = Vector128.Load(source);
        var row1 = Vector128.Load(source + stride);
        if (Unsafe.SizeOf<T>() == 8)
        {
            Vector128.Store(Interleave.Lower(row0, row1), destination);
            Vector128.Store(Interleave.Upper(row0, row1), destination + width);
            return;
        }
        var row2 = Vector128.Load(source + 2 * stride);
        var row3 = Vector128.Load(source + 3 * stride);
        var even = Interleave.Lower(row0, row2);
        var odd = Interleave.Lower(row1, row3);
        Vector128.Store(Interleave.Lower(even, odd), destination);
        Vector128.Store(Interleave.Upper(even, odd), destination + width);
        even = Interleave.Upper(row0, row2);
        odd = Interleave.Upper(row1, row3);
        Vector128.Store(Interleave.Lower(even, odd), destination + 2 * width);
        Vector128.Store(Interleave.Upper(even, odd), destination + 3 * width);
    }
}
