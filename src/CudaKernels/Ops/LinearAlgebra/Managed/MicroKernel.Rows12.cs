using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <content>The block of 32 vector registers of 512 bits.</content>
internal static unsafe partial class MicroKernel<T, TSimd, TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows12<TSteps>(nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        int count = TSimd.Count;
        TVector c0x = TSimd.Zero, c0y = TSimd.Zero;
        TVector c1x = TSimd.Zero, c1y = TSimd.Zero;
        TVector c2x = TSimd.Zero, c2y = TSimd.Zero;
        TVector c3x = TSimd.Zero, c3y = TSimd.Zero;
        TVector c4x = TSimd.Zero, c4y = TSimd.Zero;
        TVector c5x = TSimd.Zero, c5y = TSimd.Zero;
        TVector c6x = TSimd.Zero, c6y = TSimd.Zero;
        TVector c7x = TSimd.Zero, c7y = TSimd.Zero;
        TVector c8x = TSimd.Zero, c8y = TSimd.Zero;
        TVector c9x = TSimd.Zero, c9y = TSimd.Zero;
        TVector c10x = TSimd.Zero, c10y = TSimd.Zero;
        TVector c11x = TSimd.Zero, c11y = TSimd.Zero;
        for (nint k = 0; k < depth; k++)
        {
            Prefetch.Line(a + PrefetchedSteps * TSimd.TileRows);
            T* b = steps.Next();
            var x = TSimd.Load(b);
            var y = TSimd.Load(b + count);
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
            row = TSimd.Broadcast(a[6]);
            c6x = TSimd.MultiplyAdd(row, x, c6x);
            c6y = TSimd.MultiplyAdd(row, y, c6y);
            row = TSimd.Broadcast(a[7]);
            c7x = TSimd.MultiplyAdd(row, x, c7x);
            c7y = TSimd.MultiplyAdd(row, y, c7y);
            row = TSimd.Broadcast(a[8]);
            c8x = TSimd.MultiplyAdd(row, x, c8x);
            c8y = TSimd.MultiplyAdd(row, y, c8y);
            row = TSimd.Broadcast(a[9]);
            c9x = TSimd.MultiplyAdd(row, x, c9x);
            c9y = TSimd.MultiplyAdd(row, y, c9y);
            row = TSimd.Broadcast(a[10]);
            c10x = TSimd.MultiplyAdd(row, x, c10x);
            c10y = TSimd.MultiplyAdd(row, y, c10y);
            row = TSimd.Broadcast(a[11]);
            c11x = TSimd.MultiplyAdd(row, x, c11x);
            c11y = TSimd.MultiplyAdd(row, y, c11y);
            a += TSimd.TileRows;
        }
        Write(c0x, c0y, c, add);
        Write(c1x, c1y, c + ldc, add);
        Write(c2x, c2y, c + 2 * ldc, add);
        Write(c3x, c3y, c + 3 * ldc, add);
        Write(c4x, c4y, c + 4 * ldc, add);
        Write(c5x, c5y, c + 5 * ldc, add);
        Write(c6x, c6y, c + 6 * ldc, add);
        Write(c7x, c7y, c + 7 * ldc, add);
        Write(c8x, c8y, c + 8 * ldc, add);
        Write(c9x, c9y, c + 9 * ldc, add);
        Write(c10x, c10y, c + 10 * ldc, add);
        Write(c11x, c11y, c + 11 * ldc, add);
    }
}
