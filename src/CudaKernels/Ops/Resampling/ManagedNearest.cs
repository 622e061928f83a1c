using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The managed form of <c>UpsampleNearest2d</c> and its gradient; sums in float, or in double for double.</summary>
internal static unsafe class ManagedNearest
{
    public static void Run<T>(CpuDevice device, in ConvolutionShape shape, T* x, T* y) where T : unmanaged
    {
        var rows = new ResampledRows(shape);
        var places = new NearestPlaces(rows.Width, rows.OutWidth);
        var columns = ArrayPool<int>.Shared.Rent(rows.OutWidth);
        for (var q = 0; q < rows.OutWidth; q++)
        {
            columns[q] = places.Of(q) * rows.Lanes;
        }

        rows.MakeOutputs(device, new Outputs<T>(rows, new NearestPlaces(rows.Height, rows.OutHeight), columns, x, y));
        ArrayPool<int>.Shared.Return(columns);
    }

    public static void Gradient<T>(CpuDevice device, in ConvolutionShape shape, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Gradient<T, double>(device, shape, dy, dx);
        }
        else
        {
            Gradient<T, float>(device, shape, dy, dx);
        }
    }

    private static void Gradient<T, TCompute>(CpuDevice device, in ConvolutionShape shape, T* dy, T* dx)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var rows = new ResampledRows(shape);
        var places = new NearestPlaces(rows.Width, rows.OutWidth);
        var columns = ArrayPool<ResampledSide<TCompute>>.Shared.Rent(rows.OutWidth);
        for (var q = 0; q < rows.OutWidth; q++)
        {
            columns[q] = new(places.Of(q) * rows.Lanes, places.Of(q) * rows.Lanes, TCompute.Zero);
        }

        ResampledGradient.Run(device, rows, new NearestPlaces(rows.Height, rows.OutHeight), columns, dy, dx);
        ArrayPool<ResampledSide<TCompute>>.Shared.Return(columns);
    }

    /// <param name="rows">The images.</param>
    /// <param name="heights">The rows' places.</param>
    /// <param name="columns">Where the pixel of each output begins in its row.</param>
    /// <param name="x">The images.</param>
    /// <param name="y">The resized images.</param>
    private readonly struct Outputs<T>(ResampledRows rows, NearestPlaces heights, int[] columns, T* x, T* y) : IRowBand where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(long plane, int begin, int end)
        {
            for (var (p, made) = (begin, -1); p < end; p++)
            {
                var row = heights.Of(p);
                var to = rows.OutRow(y, plane, p);
                if (row == made)
                {
                    new ReadOnlySpan<T>(to - rows.OutRowLength, rows.OutRowLength).CopyTo(new Span<T>(to, rows.OutRowLength));
                }
                else
                {
                    Pick(rows.Row(x, plane, row), columns.AsSpan(0, rows.OutWidth), rows.Lanes, to);
                    made = row;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Pick(T* from, ReadOnlySpan<int> columns, int lanes, T* to)
        {
            if (lanes == 1)
            {
                foreach (var column in columns)
                {
                    *to++ = from[column];
                }

                return;
            }

            foreach (var column in columns)
            {
                new ReadOnlySpan<T>(from + column, lanes).CopyTo(new Span<T>(to, lanes));
                to += lanes;
            }
        }
    }
}
