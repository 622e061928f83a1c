using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_adaptiveAveragePool2dFile = new("pooling/adaptive_average_pool2d.cu");
    private static readonly KernelTemplate s_adaptiveAveragePool2d = s_adaptiveAveragePool2dFile.Template("adaptive_average_pool2d<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_adaptiveAveragePool2dGradient = s_adaptiveAveragePool2dFile.Template("adaptive_average_pool2d_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Divides images of any size into parts and computes the mean of each: y[n, c, p, q] over h in [⌊p·height/rows⌋, ⌈(p + 1)·height/rows⌉) and w
        /// likewise, which overlap where the parts do not divide the image. One part, (1, 1), is the global mean.
        /// </summary>
        /// <param name="destination">[images, channels, rows, columns]; its shape gives the parts. Must not overlap the images.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There are more parts than pixels along a dimension.</exception>
        public void AdaptiveAveragePool2d(DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            var shape = PoolShape.OfParts(images, PartsOf(destination, layout), layout);
            using var x = PoolLaunch.Prepare(images, destination, shape.OutLengths(layout, stackalloc nint[4]));
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(x.Tensor.Block, destination.Block);
                ManagedPooling.AdaptiveAverage(cpu, shape, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_adaptiveAveragePool2d, destination, x.Tensor, shape);
        }

        /// <summary>A new tensor with the mean of each part; see the form with a destination.</summary>
        /// <param name="parts">Parts along the height and the width; (1, 1) for the global mean.</param>
        /// <param name="layout">Where the channels lie.</param>
        public DeviceTensor<T> AdaptiveAveragePool2d((int Y, int X) parts, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense(PoolShape.OfParts(images, parts, layout).OutLengths(layout, stackalloc nint[4])), images.Stream));
            images.AdaptiveAveragePool2d(result.Tensor, layout);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx[n, c, h, w] = Σ dy[n, c, p, q] / elements over the parts that hold (h, w): the gradient of <c>AdaptiveAveragePool2d</c>. Deterministic.</summary>
        /// <param name="destination">dx, of the shape of the images; must not overlap the input.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There are more parts than pixels along a dimension.</exception>
        public void AdaptiveAveragePool2dGradient(DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            ArgumentNullException.ThrowIfNull(outputGradient);
            var shape = PoolShape.OfParts(destination, PartsOf(outputGradient, layout), layout);
            RequireShape(outputGradient, shape.OutLengths(layout, stackalloc nint[4]), nameof(outputGradient));
            using var dy = PoolLaunch.Prepare(outputGradient, destination, destination.Lengths);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, destination.Block);
                ManagedPooling.AdaptiveAverageGradient(cpu, shape, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_adaptiveAveragePool2dGradient, destination, dy.Tensor, shape);
        }
    }

    private static (int Y, int X) PartsOf<T>(DeviceTensor<T> pooled, ImageLayout layout) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pooled);
        if (pooled.Rank != 4)
        {
            throw new ArgumentException($"pooled images have four dimensions, got shape {pooled.Layout}", nameof(pooled));
        }

        var (row, column) = layout == ImageLayout.ChannelsLast ? (1, 2) : (2, 3);
        return (checked((int)pooled.Lengths[row]), checked((int)pooled.Lengths[column]));
    }
}
