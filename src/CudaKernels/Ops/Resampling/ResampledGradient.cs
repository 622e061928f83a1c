using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Which outputs look at an input along one dimension, and how.</summary>
internal interface IResampledPlaces
{
    /// <summary>The outputs that look at an input.</summary>
    (int Begin, int End) Over(int input);

    /// <summary>The weight with which one of them does.</summary>
    TCompute Weight<TCompute>(int output, int input) where TCompute : IFloatingPointIeee754<TCompute>;
}

/// <summary>The pixels on both sides of an output of a row, by their first elements, and how far it is from the left one; one pixel twice where there is but one.</summary>
internal readonly record struct ResampledSide<TCompute>(int Left, int Right, TCompute Fraction);

/// <summary>The gradient of a resampling: the rows of outputs that looked at a row are summed first, then along the columns.</summary>
internal static unsafe class ResampledGradient
{
    public static void Run<T, TCompute, TPlaces>(CpuDevice device, in ResampledRows rows, TPlaces heights, ResampledSide<TCompute>[] columns, T* dy, T* dx)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        where TPlaces : struct, IResampledPlaces =>
        rows.MakeInputs(device, new Inputs<T, TCompute, TPlaces>(rows, heights, columns, dy, dx));

    private readonly struct Inputs<T, TCompute, TPlaces>(ResampledRows rows, TPlaces heights, ResampledSide<TCompute>[] columns, T* dy, T* dx) : IRowBand
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
        where TPlaces : struct, IResampledPlaces
    {
        private readonly TPlaces _heights = heights;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run(long plane, int begin, int end)
        {
            var (length, outLength) = (rows.RowLength, rows.OutRowLength);
            using var wide = new WideRow<T, TCompute>(2, Math.Max(length, outLength));
            var buffer = ArrayPool<TCompute>.Shared.Rent(outLength);
            var sums = buffer.AsSpan(0, outLength);
            for (var row = begin; row < end; row++)
            {
                var (top, bottom) = _heights.Over(row);
                sums.Clear();
                for (var p = top; p < bottom; p++)
                {
                    RowSums<TCompute>.Add(wide.Read(0, rows.OutRow(dy, plane, p), outLength), _heights.Weight<TCompute>(p, row), sums);
                }

                var to = rows.Row(dx, plane, row);
                Gather(sums, wide.Write(1, to, length));
                wide.Finish(1, to, length);
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }

        /// <summary>Sums for each pixel of a row what the columns that looked at it have, with their weights.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void Gather(ReadOnlySpan<TCompute> from, Span<TCompute> to)
        {
            var sides = columns.AsSpan(0, rows.OutWidth);
            var lanes = rows.Lanes;
            to.Clear();
            foreach (var (left, right, fraction) in sides)
            {
                var rest = left == right ? TCompute.One : TCompute.One - fraction;
                for (var lane = 0; lane < lanes; lane++)
                {
                    to[left + lane] += from[lane] * rest;
                }

                for (var lane = 0; lane < lanes && left != right && fraction != TCompute.Zero; lane++)
                {
                    to[right + lane] += from[lane] * fraction;
                }

                from = from[lanes..];
            }
        }
    }
}
