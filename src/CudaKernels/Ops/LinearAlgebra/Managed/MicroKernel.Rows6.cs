using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <content>The block of 16 vector registers.</content>
internal static unsafe partial class MicroKernel<T, TSimd, TVector>
{
    /// <remarks>Four steps at a time: the multiply-adds of a step leave few instructions over for anything else.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows6<TSteps>(nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        TVector c0x = TSimd.Zero, c0y = TSimd.Zero;
        TVector c1x = TSimd.Zero, c1y = TSimd.Zero;
        TVector c2x = TSimd.Zero, c2y = TSimd.Zero;
        TVector c3x = TSimd.Zero, c3y = TSimd.Zero;
        TVector c4x = TSimd.Zero, c4y = TSimd.Zero;
        TVector c5x = TSimd.Zero, c5y = TSimd.Zero;
        nint k = 0;
        for (; k + 4 <= depth; k += 4)
        {
            // Of 24 values, 96 bytes: a line and a half.
            Prefetch.Line(a + PrefetchedSteps * TSimd.TileRows);
            Step6(a, steps.Next(), ref c0x, ref c0y, ref c1x, ref c1y, ref c2x, ref c2y, ref c3x, ref c3y, ref c4x, ref c4y, ref c5x, ref c5y);
            Step6(a + 6, steps.Next(), ref c0x, ref c0y, ref c1x, ref c1y, ref c2x, ref c2y, ref c3x, ref c3y, ref c4x, ref c4y, ref c5x, ref c5y);
            Prefetch.Line(a + PrefetchedSteps * TSimd.TileRows + 16);
            Step6(a + 12, steps.Next(), ref c0x, ref c0y, ref c1x, ref c1y, ref c2x, ref c2y, ref c3x, ref c3y, ref c4x, ref c4y, ref c5x, ref c5y);
            Step6(a + 18, steps.Next(), ref c0x, ref c0y, ref c1x, ref c1y, ref c2x, ref c2y, ref c3x, ref c3y, ref c4x, ref c4y, ref c5x, ref c5y);
            a += 24;
        }
        for (; k < depth; k++)
        {
            Step6(a, steps.Next(), ref c0x, ref c0y, ref c1x, ref c1y, ref c2x, ref c2y, ref c3x, ref c3y, ref c4x, ref c4y, ref c5x, ref c5y);
            a += 6;
        }
        Write(c0x, c0y, c, add);
        Write(c1x, c1y, c + ldc, add);
        Write(c2x, c2y, c + 2 * ldc, add);
        Write(c3x, c3y, c + 3 * ldc, add);
        Write(c4x, c4y, c + 4 * ldc, add);
        Write(c5x, c5y, c + 5 * ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step6(T* a, T* b, ref TVector c0x, ref TVector c0y, ref TVector c1x, ref TVector c1y, ref TVector c2x, ref TVector c2y,
        ref TVector c3x, ref TVector c3y, ref TVector c4x, ref TVector c4y, ref TVector c5x, ref TVector c5y)
    {
        var x = TSimd.Load(b);
        var y = TSimd.Load(b + TSimd.Count);
        var row = TSimd.Broadcast(a[0]);
        c0x = TSimd.MultiplyAdd(row, x, c0x);
        c0y = TSimd.MultiplyAdd(row, y, c0y);
        row = TSimd.Broadcast(a[1]);
        c1x = TSimd.MultiplyAdd(row, x, c1x);
        c1y = TSimd.MultiplyAdd(row, y, c1y);
        row = TSimd.Broadcast(a[2]);
        c2x = TSimd.MultiplyAdd(row, x, c2x);
        c2y = TSimd.MultiplyAdd(row, y, c2y);
        row = TSimd.Broadcast(a[3]);
        c3x = TSimd.MultiplyAdd(row, x, c3x);
        c3y = TSimd.MultiplyAdd(row, y, c3y);
        row = TSimd.Broadcast(a[4]);
        c4x = TSimd.MultiplyAdd(row, x, c4x);
        c4y = TSimd.MultiplyAdd(row, y, c4y);
        row = TSimd.Broadcast(a[5]);
        c5x = TSimd.MultiplyAdd(row, x, c5x);
        c5y = TSimd.MultiplyAdd(row, y, c5y);
    }
}
