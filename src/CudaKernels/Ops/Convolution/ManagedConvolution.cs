using System.Buffers;
using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The managed form of the convolutions: blocks of an image as columns (<see cref="ImageColumns"/>), multiplied by the managed matrix
/// product; with a stride of 1 and channels first no columns are made (<see cref="PlaneConvolution"/>). float and double compute in themselves, Half and BFloat16 in float. What a chunk is follows from the shape alone.
/// </summary>
internal static unsafe partial class ManagedConvolution
{
    public static void Forward<T>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* x, T* w, T* bias, T* y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Forward<T, double>(device, shape, layout, x, w, bias, y);
        }
        else
        {
            Forward<T, float>(device, shape, layout, x, w, bias, y);
        }
    }

    public static void Backward<T>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* dy, T* w, T* bias, T* dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Backward<T, double>(device, shape, layout, dy, w, bias, dx);
        }
        else
        {
            Backward<T, float>(device, shape, layout, dy, w, bias, dx);
        }
    }

    private static void Forward<T, TCompute>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* x, T* w, T* bias, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        using var weights = new WideElements<T, TCompute>(w, (long)shape.Filters * shape.Taps);
        if (PlaneConvolution.Suits(shape, layout))
        {
            PlaneConvolution.Run(device, shape, x, weights.Address, bias, y);
            return;
        }

        var columns = new ImageColumns(shape, layout);
        var chunks = (long)shape.Images * shape.Groups * columns.Blocks;
        ManagedParallel.For(chunks, device.Options.Threads, new ForwardBlock<T, TCompute>(shape, layout, columns, x, weights.Address, bias, y, chunks == 1 ? device.Options.Threads : 1));
    }

    private static void Backward<T, TCompute>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* dy, T* w, T* bias, T* dx)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        using var weights = new WideElements<T, TCompute>(w, (long)shape.Filters * shape.Taps);
        if (shape.IsReversible && PlaneConvolution.Suits(shape.Reversed, layout))
        {
            using var turned = new TurnedFilters<TCompute>(shape, weights.Address);
            PlaneConvolution.Run(device, shape.Reversed, dy, turned.Address, bias, dx);
            return;
        }

        var chunks = (long)shape.Images * shape.Groups;
        ManagedParallel.For(chunks, device.Options.Threads, new BackwardImage<T, TCompute>(shape, layout, new ImageColumns(shape, layout), dy, weights.Address, bias, dx, chunks == 1 ? device.Options.Threads : 1));
    }

    /// <summary>Some rows of one image's results, of one group.</summary>
    private readonly struct ForwardBlock<T, TCompute>(ConvolutionShape shape, ImageLayout layout, ImageColumns columns, T* x, TCompute* w, T* bias, T* y, int threads) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;

        public void Execute(long chunk)
        {
            var block = (int)(chunk % columns.Blocks);
            var group = (int)(chunk / columns.Blocks % _shape.Groups);
            var image = chunk / columns.Blocks / _shape.Groups;
            var (outputs, filters, taps) = (columns.OutputsOf(block), _shape.GroupFilters, _shape.Taps);
            var results = (long)filters * outputs;
            var buffer = ArrayPool<TCompute>.Shared.Rent(checked((int)(columns.Length + results)));
            fixed (TCompute* matrix = buffer)
            {
                columns.Gather(x + (image * _shape.ImageStep) + (group * (long)_shape.GroupChannels * _shape.ChannelStep), block, matrix);
                var weights = w + ((long)group * filters * taps);
                var first = y + (image * _shape.OutImageStep) + (group * (long)filters * _shape.OutFilterStep) + (block * columns.RowsPerBlock * _shape.OutRowStep);
                var result = matrix + columns.Length;
                if (layout == ImageLayout.ChannelsFirst)
                {
                    ManagedGemm.Multiply(false, false, filters, outputs, taps, 1, weights, taps, matrix, outputs, 0, result, outputs, threads);
                    for (var filter = 0; filter < filters; filter++)
                    {
                        Store(result + ((long)filter * outputs), bias is null ? TCompute.Zero : TCompute.CreateTruncating(bias[(group * filters) + filter]), first + (filter * _shape.OutFilterStep), outputs);
                    }
                }
                else
                {
                    ManagedGemm.Multiply(false, true, outputs, filters, taps, 1, matrix, taps, weights, taps, 0, result, filters, threads);
                    for (var output = 0; output < outputs; output++)
                    {
                        for (var filter = 0; filter < filters; filter++)
                        {
                            var value = result[((long)output * filters) + filter];
                            first[(output * _shape.OutColumnStep) + filter] = T.CreateTruncating(bias is null ? value : value + TCompute.CreateTruncating(bias[(group * filters) + filter]));
                        }
                    }
                }
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }

        private static void Store(TCompute* from, TCompute bias, T* to, int count)
        {
            if (typeof(T) == typeof(TCompute) && bias == TCompute.Zero)
            {
                new ReadOnlySpan<TCompute>(from, count).CopyTo(new Span<TCompute>((TCompute*)to, count));
                return;
            }

            for (var i = 0; i < count; i++)
            {
                to[i] = T.CreateTruncating(from[i] + bias);
            }
        }
    }

    /// <summary>The input gradient of one image, of one group.</summary>
    private readonly struct BackwardImage<T, TCompute>(ConvolutionShape shape, ImageLayout layout, ImageColumns columns, T* dy, TCompute* w, T* bias, T* dx, int threads) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;

        public void Execute(long chunk)
        {
            var group = (int)(chunk % _shape.Groups);
            var image = chunk / _shape.Groups;
            var (filters, channels, taps) = (_shape.GroupFilters, _shape.GroupChannels, _shape.Taps);
            // The image's sums stand where its elements do, the other groups' places unused.
            var size = (int)_shape.ImageStep;
            var gradients = columns.RowsPerBlock * _shape.OutWidth * filters;
            var buffer = ArrayPool<TCompute>.Shared.Rent(checked(columns.Length + size + gradients));
            fixed (TCompute* matrix = buffer)
            {
                var sums = matrix + columns.Length;
                var wide = sums + size;
                var firstChannel = group * (long)channels * _shape.ChannelStep;
                new Span<TCompute>(sums, size).Clear();
                for (var block = 0; block < columns.Blocks; block++)
                {
                    var outputs = columns.OutputsOf(block);
                    OutputBlock<T, TCompute>.Widen(_shape, layout, dy, image, group, block * columns.RowsPerBlock, outputs, wide);
                    var weights = w + ((long)group * filters * taps);
                    if (layout == ImageLayout.ChannelsFirst)
                    {
                        ManagedGemm.Multiply(true, false, taps, outputs, filters, 1, weights, taps, wide, outputs, 0, matrix, outputs, threads);
                    }
                    else
                    {
                        ManagedGemm.Multiply(false, false, outputs, taps, filters, 1, wide, filters, weights, taps, 0, matrix, taps, threads);
                    }

                    columns.Scatter(matrix, block, sums + firstChannel);
                }

                var target = dx + (image * _shape.ImageStep);
                for (var channel = 0; channel < channels; channel++)
                {
                    var shift = bias is null ? TCompute.Zero : TCompute.CreateTruncating(bias[(group * channels) + channel]);
                    var at = firstChannel + (channel * _shape.ChannelStep);
                    for (var i = 0; i < _shape.Height * _shape.Width; i++)
                    {
                        var element = at + (i * _shape.ColumnStep);
                        target[element] = T.CreateTruncating(sums[element] + shift);
                    }
                }
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }
    }
}
