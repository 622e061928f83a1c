using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <content>The blocks that make up the last rows of a matrix. Each row is summed exactly as in the full block.</content>
internal static unsafe partial class MicroKernel<T, TSimd, TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows4<TSteps>(nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        int count = TSimd.Count;
        TVector c0x = TSimd.Zero, c0y = TSimd.Zero;
        TVector c1x = TSimd.Zero, c1y = TSimd.Zero;
        TVector c2x = TSimd.Zero, c2y = TSimd.Zero;
        TVector c3x = TSimd.Zero, c3y = TSimd.Zero;
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
            a += TSimd.TileRows;
        }
        Write(c0x, c0y, c, add);
        Write(c1x, c1y, c + ldc, add);
        Write(c2x, c2y, c + 2 * ldc, add);
        Write(c3x, c3y, c + 3 * ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows2<TSteps>(nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        int count = TSimd.Count;
        TVector c0x = TSimd.Zero, c0y = TSimd.Zero;
        TVector c1x = TSimd.Zero, c1y = TSimd.Zero;
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
            a += TSimd.TileRows;
        }
        Write(c0x, c0y, c, add);
        Write(c1x, c1y, c + ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Rows1<TSteps>(nint depth, T* a, TSteps steps, T* c, nint ldc, bool add) where TSteps : struct, IPanelSteps<T>
    {
        int count = TSimd.Count;
        TVector c0x = TSimd.Zero, c0y = TSimd.Zero;
        for (nint k = 0; k < depth; k++)
        {
            Prefetch.Line(a + PrefetchedSteps * TSimd.TileRows);
            T* b = steps.Next();
            var x = TSimd.Load(b);
            var y = TSimd.Load(b + count);
            var row = TSimd.Broadcast(a[0]);
            c0x = TSimd.MultiplyAdd(row, x, c0x);
            c0y = TSimd.MultiplyAdd(row, y, c0y);
            a += TSimd.TileRows;
        }
        Write(c0x, c0y, c, add);
    }
}
