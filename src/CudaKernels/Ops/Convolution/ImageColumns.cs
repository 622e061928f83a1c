using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// The elements of one image that each tap of a filter meets at each output of some rows, as a matrix: [taps, outputs] for channels
/// first, [outputs, taps] for channels last. A convolution is a matrix product with it.
/// </summary>
internal readonly unsafe struct ImageColumns(ConvolutionShape shape, ImageLayout layout)
{
    /// <summary>About as many elements as stay in a processor's second cache.</summary>
    private const int Elements = 128 * 1024;

    private readonly ConvolutionShape _shape = shape;

    /// <summary>Output rows that one matrix covers.</summary>
    public int RowsPerBlock => Math.Clamp((int)(Elements / Math.Max((long)_shape.Taps * _shape.OutWidth, 1)), 1, Math.Max(_shape.OutHeight, 1));

    public int Blocks => (_shape.OutHeight + RowsPerBlock - 1) / RowsPerBlock;

    /// <summary>The elements of the largest matrix.</summary>
    public int Length => checked(RowsPerBlock * _shape.OutWidth * _shape.Taps);

    public int OutputsOf(int block) => (Math.Min((block + 1) * RowsPerBlock, _shape.OutHeight) - (block * RowsPerBlock)) * _shape.OutWidth;

    /// <summary>Fills the matrix of one block from the channels of one group.</summary>
    /// <param name="x">The group's first channel of the image.</param>
    /// <param name="block">Which rows.</param>
    /// <param name="columns">The matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Gather<T, TCompute>(T* x, int block, TCompute* columns) where T : unmanaged, INumberBase<T> where TCompute : unmanaged, INumberBase<TCompute>
    {
        var outputs = OutputsOf(block);
        var firstRow = block * RowsPerBlock;
        var endRow = outputs > 0 ? firstRow + (outputs / _shape.OutWidth) : firstRow;
        var fromStep = _shape.StrideX * _shape.ColumnStep;
        for (var tap = 0; tap < _shape.Taps; tap++)
        {
            var (channel, r, s) = TapAt(tap);
            var to = layout == ImageLayout.ChannelsFirst ? columns + ((long)tap * outputs) : columns + tap;
            var step = layout == ImageLayout.ChannelsFirst ? 1 : _shape.Taps;
            var (begin, end) = ColumnsInside(s);
            for (var p = firstRow; p < endRow; p++, to += (long)_shape.OutWidth * step)
            {
                var row = (p * _shape.StrideY) - _shape.PaddingY + (r * _shape.DilationY);
                var inside = row >= 0 && row < _shape.Height;
                var from = x + (channel * _shape.ChannelStep) + (row * _shape.RowStep) + (((s * _shape.DilationX) - _shape.PaddingX) * _shape.ColumnStep);
                var (first, last) = inside ? (begin, end) : (0, 0);
                for (var q = 0; q < first; q++)
                {
                    to[(long)q * step] = TCompute.Zero;
                }

                if (step == 1 && fromStep == 1 && typeof(T) == typeof(TCompute))
                {
                    new ReadOnlySpan<T>(from + first, last - first).CopyTo(new Span<T>((T*)to + first, last - first));
                }
                else if (step == 1 && fromStep == 1)
                {
                    TensorPrimitives.ConvertTruncating(new ReadOnlySpan<T>(from + first, last - first), new Span<TCompute>(to + first, last - first));
                }
                else
                {
                    for (var q = first; q < last; q++)
                    {
                        to[(long)q * step] = TCompute.CreateTruncating(from[q * fromStep]);
                    }
                }

                for (var q = last; q < _shape.OutWidth; q++)
                {
                    to[(long)q * step] = TCompute.Zero;
                }
            }
        }
    }

    /// <summary>Adds the matrix of one block to the elements that it came from.</summary>
    /// <param name="columns">The matrix.</param>
    /// <param name="block">Which rows.</param>
    /// <param name="x">The group's first channel of the image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Scatter<TCompute>(TCompute* columns, int block, TCompute* x) where TCompute : unmanaged, INumberBase<TCompute>
    {
        var outputs = OutputsOf(block);
        var firstRow = block * RowsPerBlock;
        var endRow = outputs > 0 ? firstRow + (outputs / _shape.OutWidth) : firstRow;
        var toStep = _shape.StrideX * _shape.ColumnStep;
        for (var tap = 0; tap < _shape.Taps; tap++)
        {
            var (channel, r, s) = TapAt(tap);
            var from = layout == ImageLayout.ChannelsFirst ? columns + ((long)tap * outputs) : columns + tap;
            var step = layout == ImageLayout.ChannelsFirst ? 1 : _shape.Taps;
            var (first, last) = ColumnsInside(s);
            for (var p = firstRow; p < endRow; p++, from += (long)_shape.OutWidth * step)
            {
                var row = (p * _shape.StrideY) - _shape.PaddingY + (r * _shape.DilationY);
                if (row < 0 || row >= _shape.Height)
                {
                    continue;
                }

                var to = x + (channel * _shape.ChannelStep) + (row * _shape.RowStep) + (((s * _shape.DilationX) - _shape.PaddingX) * _shape.ColumnStep);
                for (var q = first; q < last; q++)
                {
                    to[q * toStep] += from[(long)q * step];
                }
            }
        }
    }

    /// <summary>The weight at a place in memory: its channel, row and column.</summary>
    private (int Channel, int Row, int Column) TapAt(int tap) => layout == ImageLayout.ChannelsFirst
        ? (tap / _shape.FilterWidth / _shape.FilterHeight, tap / _shape.FilterWidth % _shape.FilterHeight, tap % _shape.FilterWidth)
        : (tap % _shape.GroupChannels, tap / _shape.GroupChannels / _shape.FilterWidth, tap / _shape.GroupChannels % _shape.FilterWidth);

    /// <summary>The outputs of a row under which a column of the filter meets the image.</summary>
    private (int Begin, int End) ColumnsInside(int s)
    {
        var first = (s * _shape.DilationX) - _shape.PaddingX;
        var begin = first >= 0 ? 0 : (-first + _shape.StrideX - 1) / _shape.StrideX;
        var end = _shape.Width <= first ? 0 : ((_shape.Width - 1 - first) / _shape.StrideX) + 1;
        begin = Math.Min(begin, _shape.OutWidth);
        return (begin, Math.Clamp(end, begin, _shape.OutWidth));
    }
}
