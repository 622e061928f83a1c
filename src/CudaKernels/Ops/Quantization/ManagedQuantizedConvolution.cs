using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The convolution of quantised images on the processor: blocks of an image as columns (<see cref="ImageColumns"/>), paired along the taps, multiplied by the managed matrix product, then scaled.</summary>
internal static unsafe class ManagedQuantizedConvolution
{
    /// <summary>Computes the convolution of dense tensors; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Run<T>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, DeviceTensor<sbyte> x, DeviceTensor<sbyte> w, ManagedProductScale<T> scale, DeviceTensor<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var columns = new ImageColumns(shape, layout);
        var chunks = (long)shape.Images * shape.Groups * columns.Blocks;
        var pairs = PairOperand.Length(shape.Taps);
        var weights = ArrayPool<int>.Shared.Rent(checked((int)(shape.Filters * pairs)));
        fixed (int* paired = weights)
        {
            for (var filter = 0; filter < shape.Filters; filter++)
            {
                PairOperand.Widen(ManagedSpan.Pointer(w) + ((long)filter * shape.Taps), shape.Taps, paired + (filter * pairs));
            }

            var work = new RowBlock<T>(shape, layout, columns, ManagedSpan.Pointer(x), paired, pairs, scale, ManagedSpan.Pointer(y), chunks == 1 ? device.Options.Threads : 1);
            ManagedParallel.For(chunks, device.Options.Threads, work);
        }

        ArrayPool<int>.Shared.Return(weights);
    }

    /// <summary>Some rows of one image's results, of one group.</summary>
    private readonly struct RowBlock<T>(ConvolutionShape shape, ImageLayout layout, ImageColumns columns, sbyte* x, int* w, nint pairs, ManagedProductScale<T> scale, T* y, int threads) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ConvolutionShape _shape = shape;
        private readonly ManagedProductScale<T> _scale = scale;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var block = (int)(chunk % columns.Blocks);
            var group = (int)(chunk / columns.Blocks % _shape.Groups);
            var image = chunk / columns.Blocks / _shape.Groups;
            var (outputs, filters, taps) = (columns.OutputsOf(block), _shape.GroupFilters, _shape.Taps);
            var (isFirst, paired) = (layout == ImageLayout.ChannelsFirst, outputs * (long)pairs);
            var buffer = ArrayPool<int>.Shared.Rent(checked((int)(paired + ((long)filters * outputs))));
            var elements = ArrayPool<sbyte>.Shared.Rent(columns.Length);
            fixed (int* matrix = buffer)
            fixed (sbyte* taken = elements)
            {
                columns.Gather(x + (image * _shape.ImageStep) + (group * (long)_shape.GroupChannels * _shape.ChannelStep), block, taken);
                var weights = w + ((long)group * filters * pairs);
                var first = y + (image * _shape.OutImageStep) + (group * (long)filters * _shape.OutFilterStep) + (block * columns.RowsPerBlock * _shape.OutRowStep);
                var sums = matrix + paired;
                if (isFirst)
                {
                    for (var tap = 0; tap < taps; tap += 2)
                    {
                        var row = taken + ((long)tap * outputs);
                        PairOperand.Join(row, tap + 1 < taps ? row + outputs : null, outputs, matrix + ((long)(tap / 2) * outputs));
                    }

                    ManagedGemm.MultiplyPairs(new GemmProblem<int> { M = filters, N = outputs, K = pairs, A = weights, Lda = pairs, B = matrix, Ldb = outputs, C = sums, Ldc = outputs }, threads);
                }
                else
                {
                    for (var output = 0; output < outputs; output++)
                    {
                        PairOperand.Widen(taken + ((long)output * taps), taps, matrix + (output * pairs));
                    }

                    PairOperand.Multiply(outputs, filters, pairs, matrix, weights, sums, threads);
                }

                // Both ways the inner loop goes along the rows of the sums.
                var (rows, length) = isFirst ? (filters, outputs) : (outputs, filters);
                var (rowStep, step) = isFirst ? (_shape.OutFilterStep, _shape.OutColumnStep) : (_shape.OutColumnStep, _shape.OutFilterStep);
                for (var row = 0; row < rows; row++)
                {
                    if (isFirst)
                    {
                        _scale.Apply(sums + ((long)row * length), length, (group * filters) + row, first + (row * rowStep));
                        continue;
                    }

                    for (var i = 0; i < length; i++)
                    {
                        first[(row * rowStep) + (i * step)] = _scale.Apply(sums[((long)row * length) + i], (group * filters) + i);
                    }
                }
            }

            ArrayPool<int>.Shared.Return(buffer);
            ArrayPool<sbyte>.Shared.Return(elements);
        }
    }
}
