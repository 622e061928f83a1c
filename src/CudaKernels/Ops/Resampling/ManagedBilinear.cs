using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The managed form of <c>UpsampleBilinear2d</c> and its gradient: rows first along their columns, once each, then between rows; in float, or
/// in double for double.
/// </summary>
internal static unsafe class ManagedBilinear
{
    public static void Run<T>(CpuDevice device, in ConvolutionShape shape, bool aligned, T* x, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Run<T, double>(device, shape, aligned, x, y);
        }
        else
        {
            Run<T, float>(device, shape, aligned, x, y);
        }
    }

    public static void Gradient<T>(CpuDevice device, in ConvolutionShape shape, bool aligned, T* dy, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Gradient<T, double>(device, shape, aligned, dy, dx);
        }
        else
        {
            Gradient<T, float>(device, shape, aligned, dy, dx);
        }
    }

    private static void Run<T, TCompute>(CpuDevice device, in ConvolutionShape shape, bool aligned, T* x, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var rows = new ResampledRows(shape);
        var columns = Columns<TCompute>(rows, aligned);
        rows.MakeOutputs(device, new Outputs<T, TCompute>(rows, new LinearPlaces(rows.Height, rows.OutHeight, aligned), columns, x, y));
        ArrayPool<ResampledSide<TCompute>>.Shared.Return(columns);
    }

    private static void Gradient<T, TCompute>(CpuDevice device, in ConvolutionShape shape, bool aligned, T* dy, T* dx)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var rows = new ResampledRows(shape);
        var columns = Columns<TCompute>(rows, aligned);
        ResampledGradient.Run(device, rows, new LinearPlaces(rows.Height, rows.OutHeight, aligned), columns, dy, dx);
        ArrayPool<ResampledSide<TCompute>>.Shared.Return(columns);
    }

    /// <summary>The sides of every column of the results, in a pooled array.</summary>
    private static ResampledSide<TCompute>[] Columns<TCompute>(in ResampledRows rows, bool aligned) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var places = new LinearPlaces(rows.Width, rows.OutWidth, aligned);
        var columns = ArrayPool<ResampledSide<TCompute>>.Shared.Rent(rows.OutWidth);
        for (var q = 0; q < rows.OutWidth; q++)
        {
            var (left, right, fraction) = places.Sides<TCompute>(q);
            columns[q] = new(left * rows.Lanes, right * rows.Lanes, fraction);
        }

        return columns;
    }

    private readonly struct Outputs<T, TCompute>(ResampledRows rows, LinearPlaces heights, ResampledSide<TCompute>[] columns, T* x, T* y) : IRowBand
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(long plane, int begin, int end)
        {
            var (length, outLength) = (rows.RowLength, rows.OutRowLength);
            using var wide = new WideRow<T, TCompute>(2, Math.Max(length, outLength));
            var buffer = ArrayPool<TCompute>.Shared.Rent(2 * outLength);
            // Two rows of the images, as wide as the results, and which they are.
            var (upper, lower) = (0, outLength);
            var (above, below) = (-1, -1);
            for (var p = begin; p < end; p++)
            {
                var (first, second, fraction) = heights.Sides<TCompute>(p);
                if (first != above && first == below)
                {
                    (upper, lower, above, below) = (lower, upper, below, above);
                }

                if (first != above)
                {
                    Stretch(wide.Read(0, rows.Row(x, plane, first), length), buffer.AsSpan(upper, outLength));
                    above = first;
                }

                if (fraction != TCompute.Zero && second != below)
                {
                    Stretch(wide.Read(0, rows.Row(x, plane, second), length), buffer.AsSpan(lower, outLength));
                    below = second;
                }

                var to = rows.OutRow(y, plane, p);
                RowSums<TCompute>.Mix(buffer.AsSpan(upper, outLength), buffer.AsSpan(lower, outLength), fraction, wide.Write(1, to, outLength));
                wide.Finish(1, to, outLength);
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }

        /// <summary>Gives a row the columns of the results.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Stretch(ReadOnlySpan<TCompute> from, Span<TCompute> to)
        {
            var sides = columns.AsSpan(0, rows.OutWidth);
            var lanes = rows.Lanes;
            if (lanes == 1)
            {
                to = to[..sides.Length];
                for (var q = 0; q < sides.Length; q++)
                {
                    to[q] = RowSums<TCompute>.Mix(from[sides[q].Left], from[sides[q].Right], sides[q].Fraction);
                }

                return;
            }

            foreach (var side in sides)
            {
                RowSums<TCompute>.Mix(from.Slice(side.Left, lanes), from.Slice(side.Right, lanes), side.Fraction, to);
                to = to[lanes..];
            }
        }
    }
}
