using System.Buffers;
using System.Numerics;

namespace CudaKernels;

internal static unsafe partial class ManagedConvolution
{
    /// <summary>The images are summed in at most so many parts, which are then added in order.</summary>
    private const int MostParts = 16;

    /// <summary>The elements that all parts may have together.</summary>
    private const long PartElements = 16 << 20;

    public static void WeightGradient<T>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* x, T* dy, T* dw) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            WeightGradient<T, double>(device, shape, layout, x, dy, dw);
        }
        else
        {
            WeightGradient<T, float>(device, shape, layout, x, dy, dw);
        }
    }

    private static void WeightGradient<T, TCompute>(CpuDevice device, ConvolutionShape shape, ImageLayout layout, T* x, T* dy, T* dw)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        var weights = shape.Filters * shape.Taps;
        var most = (int)Math.Clamp(PartElements / Math.Max(weights, 1), 1, MostParts);
        var imagesPerPart = Math.Max((shape.Images + most - 1) / most, 1);
        var parts = Math.Max((shape.Images + imagesPerPart - 1) / imagesPerPart, 1);
        var sums = ArrayPool<TCompute>.Shared.Rent(checked(parts * weights));
        fixed (TCompute* all = sums)
        {
            var chunks = (long)parts * shape.Groups;
            ManagedParallel.For(chunks, device.Options.Threads, new WeightPart<T, TCompute>(shape, layout, new ImageColumns(shape, layout), x, dy, all, imagesPerPart, chunks == 1 ? device.Options.Threads : 1));
            for (var weight = 0; weight < weights; weight++)
            {
                var sum = all[weight];
                for (var part = 1; part < parts; part++)
                {
                    sum += all[((long)part * weights) + weight];
                }

                dw[weight] = T.CreateTruncating(sum);
            }
        }

        ArrayPool<TCompute>.Shared.Return(sums);
    }

    /// <summary>The sum over some images of one group's weight gradient.</summary>
    private readonly struct WeightPart<T, TCompute>(ConvolutionShape shape, ImageLayout layout, ImageColumns columns, T* x, T* dy, TCompute* sums, int imagesPerPart, int threads) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly ConvolutionShape _shape = shape;

        public void Execute(long chunk)
        {
            var group = (int)(chunk % _shape.Groups);
            var part = chunk / _shape.Groups;
            var (filters, taps) = (_shape.GroupFilters, _shape.Taps);
            var sum = sums + (part * _shape.Filters * taps) + ((long)group * filters * taps);
            new Span<TCompute>(sum, filters * taps).Clear();
            var buffer = ArrayPool<TCompute>.Shared.Rent(checked(columns.Length + (columns.RowsPerBlock * _shape.OutWidth * filters)));
            fixed (TCompute* matrix = buffer)
            {
                var wide = matrix + columns.Length;
                for (var image = part * imagesPerPart; image < Math.Min((part + 1) * imagesPerPart, _shape.Images); image++)
                {
                    for (var block = 0; block < columns.Blocks; block++)
                    {
                        var outputs = columns.OutputsOf(block);
                        columns.Gather(x + (image * _shape.ImageStep) + (group * (long)_shape.GroupChannels * _shape.ChannelStep), block, matrix);
                        OutputBlock<T, TCompute>.Widen(_shape, layout, dy, image, group, block * columns.RowsPerBlock, outputs, wide);
                        if (layout == ImageLayout.ChannelsFirst)
                        {
                            ManagedGemm.Multiply(false, true, filters, taps, outputs, 1, wide, outputs, matrix, outputs, 1, sum, taps, threads);
                        }
                        else
                        {
                            ManagedGemm.Multiply(true, false, filters, taps, outputs, 1, wide, filters, matrix, taps, 1, sum, taps, threads);
                        }
                    }
                }
            }

            ArrayPool<TCompute>.Shared.Return(buffer);
        }
    }
}
