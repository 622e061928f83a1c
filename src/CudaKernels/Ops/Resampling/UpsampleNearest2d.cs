using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_upsampleNearest2dFile = new("resampling/upsample_nearest2d.cu");
    private static readonly KernelTemplate s_upsampleNearest2d = s_upsampleNearest2dFile.Template("upsample_nearest2d<{0}>", ElementBits.Kinds);
    private static readonly KernelTemplate s_upsampleNearest2dGradient = s_upsampleNearest2dFile.Template("upsample_nearest2d_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged
    {
        /// <summary>
        /// Gives images another size, larger or smaller: y[n, c, p, q] = x[n, c, ⌊p·height / outHeight⌋, ⌊q·width / outWidth⌋], bit for bit.
        /// </summary>
        /// <param name="destination">[images, channels, outHeight, outWidth]; its shape gives the size. Must not overlap the images.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void UpsampleNearest2d(DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            var shape = ResampledShape.Of(images, destination, layout);
            using var x = PoolLaunch.Prepare(images, destination, destination.Lengths);
            if (destination.IsEmpty)
            {
                return;
            }

            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(x.Tensor.Block, destination.Block);
                ManagedNearest.Run(cpu, shape, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            var kernel = ((CudaDevice)destination.Device).GetKernel(s_upsampleNearest2d, new KernelTypes(ElementBits.Kind(ElementType<T>.Size)));
            destination.Stream!.Launch(kernel, PoolLaunch.Config(destination, shape), destination.Output, x.Tensor.Input, KernelArgument.Struct(&shape));
        }

        /// <summary>A new tensor with images of another size, each pixel from the one it covers; see the form with a destination.</summary>
        /// <param name="size">Pixels along the height and the width.</param>
        /// <param name="layout">Where the channels lie.</param>
        public DeviceTensor<T> UpsampleNearest2d((nint Y, nint X) size, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            using var result = new PendingTensor<T>(ResampledShape.NewResult(images, size, layout));
            images.UpsampleNearest2d(result.Tensor, layout);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx[n, c, h, w] = Σ dy[n, c, p, q] over the outputs that came from (h, w): the gradient of <c>UpsampleNearest2d</c>. Deterministic.</summary>
        /// <param name="destination">dx, of the shape of the images; must not overlap the input.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void UpsampleNearest2dGradient(DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            var shape = ResampledShape.Of(destination, outputGradient, layout);
            using var dy = PoolLaunch.Prepare(outputGradient, destination, destination.Lengths);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, destination.Block);
                ManagedNearest.Gradient(cpu, shape, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_upsampleNearest2dGradient, destination, dy.Tensor, shape);
        }
    }
}
