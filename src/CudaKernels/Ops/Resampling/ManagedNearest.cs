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
        var columns = ArrayPool<int>.Shared.Rent(rows.OutWidth);
        for (var q = 0; q < rows.OutWidth; q++)
        {
            columns[q] = (int)((long)q * rows.Width / rows.OutWidth) * rows.Lanes;
        }

        rows.MakeOutputs(device, new Outputs<T>(rows, columns, x, y));
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
        rows.MakeInputs(device, new Inputs<T, TCompute>(rows, dy, dx));
    }

    /// <summary>The first output that comes from an input, or from one after it.</summary>
    private static int Begin(long input, int length, int outLength) => (int)(((input * outLength) + length - 1) / length);

    /// <param name="rows">The images.</param>
    /// <param name="columns">Where the pixel of each output begins in its row.</param>
    /// <param name="x">The images.</param>
    /// <param name="y">The resized images.</param>
    private readonly struct Outputs<T>(ResampledRows rows, int[] columns, T* x, T* y) : IRowBand where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(long plane, int begin, int end)
        {
            for (var (p, made) = (begin, -1); p < end; p++)
            {
                var row = (int)((long)p * rows.Height / rows.OutHeight);
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

    private readonly struct Inputs<T, TCompute>(ResampledRows rows, T* dy, T* dx) : IRowBand
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(long plane, int begin, int end)
        {
            var (length, outLength) = (rows.RowLength, rows.OutRowLength);
            using var wide = new WideRow<T, TCompute>(2, Math.Max(length, outLength));
            var buffer = ArrayPool<TCompute>.Shared.Rent(outLength);
            var sums = buffer.AsSpan(0, outLength);
            for (var row = begin; row < end; row++)
            {
                sums.Clear();
                for (var p = Begin(row, rows.Height, rows.OutHeight); p < Begin(row + 1L, rows.Height, rows.OutHeight); p++)
                {
                    RowSums<TCompute>.Add(wide.Read(0, rows.OutRow(dy, plane, p), outLength), TCompute.One, sums);
                }

                var to = rows.Row(dx, plane, row);
                Sum(sums, wide.Write(1, to, length));
                wide.Finish(1, to, length);
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Sum(ReadOnlySpan<TCompute> columns, Span<TCompute> to)
        {
            var (width, outWidth, lanes) = (rows.Width, rows.OutWidth, rows.Lanes);
            for (var (column, left) = (0, 0); column < width; column++)
            {
                var right = Begin(column + 1L, width, outWidth);
                for (var lane = 0; lane < lanes; lane++)
                {
                    var sum = TCompute.Zero;
                    for (var q = left; q < right; q++)
                    {
                        sum += columns[(q * lanes) + lane];
                    }

                    to[(column * lanes) + lane] = sum;
                }

                left = right;
            }
        }
    }
}
