using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The innermost product: C[rows, 2 vectors] = or += A panel * B panel, with every sum in a register for the whole depth.
/// The A panel holds TileRows values per step of k, the B panel 2 * Count, both contiguous; a row of C is two vectors.
/// A block loads 2 vectors and TileRows broadcasts for 2 * TileRows multiply-adds, which two load ports keep up with.
/// </summary>
internal static unsafe partial class MicroKernel<T, TSimd, TVector>
    where T : unmanaged, INumberBase<T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
{
    /// <summary>How far ahead a step asks for the A panel, which streams from L2; the lines of the next panel are asked for early as well.</summary>
    private const int PrefetchedSteps = 32;

    /// <summary>Columns of the register block.</summary>
    public static int TileColumns => 2 * TSimd.Count;

    /// <summary>Multiplies <paramref name="rows"/> rows of an A panel, 1 to TileRows, with a B panel.</summary>
    /// <param name="rows">Rows to compute and to write.</param>
    /// <param name="depth">Steps of k.</param>
    /// <param name="a">The A panel.</param>
    /// <param name="steps">The B panel.</param>
    /// <param name="c">Where the block starts; TileColumns elements of each row are written.</param>
    /// <param name="ldc">Elements between rows of C.</param>
    /// <param name="add">Whether C is added to; otherwise it is not read.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply<TSteps>(int rows, nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        // C is touched only at the end, so its lines have the whole depth to arrive.
        for (int ahead = 0; ahead < rows; ahead++)
        {
            Prefetch.Line(c + ahead * ldc);
            Prefetch.Line(c + ahead * ldc + TileColumns - 1);
        }
        if (rows == TSimd.TileRows)
        {
            if (TSimd.TileRows == 12)
                Rows12(depth, a, steps, c, ldc, add);
            else if (TSimd.TileRows == 8)
                Rows8(depth, a, steps, c, ldc, add);
            else
                Rows6(depth, a, steps, c, ldc, add);
            return;
        }
        int row = 0;
        for (; row + 4 <= rows; row += 4)
            Rows4(depth, a + row, steps, c + row * ldc, ldc, add);
        for (; row + 2 <= rows; row += 2)
            Rows2(depth, a + row, steps, c + row * ldc, ldc, add);
        if (row < rows)
            Rows1(depth, a + row, steps, c + row * ldc, ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TVector x, TVector y, T* c, bool add)
    {
        if (add)
        {
            x = TSimd.Add(TSimd.Load(c), x);
            y = TSimd.Add(TSimd.Load(c + TSimd.Count), y);
        }
        TSimd.Store(x, c);
        TSimd.Store(y, c + TSimd.Count);
    }
}
