using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The convolution of quantised images on the processor: blocks of an image as columns of int (<see cref="ImageColumns"/>), multiplied by the managed matrix product, then scaled.</summary>
internal static unsafe class ManagedQuantizedConvolution
{
    /// <summary>Computes the convolution of dense tensors; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Run<T>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, DeviceTensor<sbyte> x, DeviceTensor<sbyte> w, ManagedProductScale<T> scale, DeviceTensor<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var columns = new ImageColumns(shape, layout);
        var chunks = (long)shape.Images * shape.Groups * columns.Blocks;
        using var weights = new WideElements<sbyte, int>(ManagedSpan.Pointer(w), (long)shape.Filters * shape.Taps);
        var work = new RowBlock<T>(shape, layout, columns, ManagedSpan.Pointer(x), weights.Address, scale, ManagedSpan.Pointer(y), chunks == 1 ? device.Options.Threads : 1);
        ManagedParallel.For(chunks, device.Options.Threads, work);
    }

    /// <summary>Some rows of one image's results, of one group.</summary>
    private readonly struct RowBlock<T>(ConvolutionShape shape, ImageLayout layout, ImageColumns columns, sbyte* x, int* w, ManagedProductScale<T> scale, T* y, int threads) : IParallelBody
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
            var buffer = ArrayPool<int>.Shared.Rent(checked((int)(columns.Length + ((long)filters * outputs))));
            fixed (int* matrix = buffer)
            {
                columns.Gather(x + (image * _shape.ImageStep) + (group * (long)_shape.GroupChannels * _shape.ChannelStep), block, matrix);
                var weights = w + ((long)group * filters * taps);
                var first = y + (image * _shape.OutImageStep) + (group * (long)filters * _shape.OutFilterStep) + (block * columns.RowsPerBlock * _shape.OutRowStep);
                var sums = matrix + columns.Length;
                var isFirst = layout == ImageLayout.ChannelsFirst;
                if (isFirst)
                {
                    ManagedGemm.Multiply(false, false, filters, outputs, taps, 1, weights, taps, matrix, outputs, 0, sums, outputs, threads);
                }
                else
                {
                    ManagedGemm.Multiply(false, true, outputs, filters, taps, 1, matrix, taps, weights, taps, 0, sums, filters, threads);
                }

                // Both ways the inner loop goes along the rows of the sums.
                var (rows, length) = isFirst ? (filters, outputs) : (outputs, filters);
                var (rowStep, step) = isFirst ? (_shape.OutFilterStep, _shape.OutColumnStep) : (_shape.OutColumnStep, _shape.OutFilterStep);
                for (var row = 0; row < rows; row++)
                {
                    for (var i = 0; i < length; i++)
                    {
                        first[(row * rowStep) + (i * step)] = _scale.Apply(sums[((long)row * length) + i], (group * filters) + (isFirst ? row : i));
                    }
                }
            }

            ArrayPool<int>.Shared.Return(buffer);
        }
    }
}
