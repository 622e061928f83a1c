using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_upsampleBilinear2dFile = new("resampling/upsample_bilinear2d.cu");
    private static readonly KernelTemplate s_upsampleBilinear2d = s_upsampleBilinear2dFile.Template("upsample_bilinear2d<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_upsampleBilinear2dGradient = s_upsampleBilinear2dFile.Template("upsample_bilinear2d_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Gives images another size, larger or smaller, linear between the four nearest pixels. Along a dimension output p lies at
        /// p·(length - 1) / (outLength - 1) where corners are aligned, else at (p + ½)·length / outLength - ½, held inside the image. A pixel of weight 0
        /// is not looked at, so that NaN and infinities reach no farther than the pixels between.
        /// </summary>
        /// <param name="alignCorners">Whether the outermost pixels lie on each other, or the images' edges.</param>
        /// <param name="destination">[images, channels, outHeight, outWidth]; its shape gives the size. Must not overlap the images.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void UpsampleBilinear2d(bool alignCorners, DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
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
                ManagedBilinear.Run(cpu, shape, alignCorners, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_upsampleBilinear2d, destination, x.Tensor, alignCorners, shape);
        }

        /// <summary>A new tensor with images of another size, linear between pixels; see the form with a destination.</summary>
        /// <param name="size">Pixels along the height and the width.</param>
        /// <param name="alignCorners">Whether the outermost pixels lie on each other, or the images' edges.</param>
        /// <param name="layout">Where the channels lie.</param>
        public DeviceTensor<T> UpsampleBilinear2d((nint Y, nint X) size, bool alignCorners = false, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            using var result = new PendingTensor<T>(ResampledShape.NewResult(images, size, layout));
            images.UpsampleBilinear2d(alignCorners, result.Tensor, layout);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx[n, c, h, w] = Σ weight·dy[n, c, p, q] over the outputs that looked at (h, w): the gradient of <c>UpsampleBilinear2d</c>. Deterministic.</summary>
        /// <param name="alignCorners">As it was there.</param>
        /// <param name="destination">dx, of the shape of the images; must not overlap the input.</param>
        /// <param name="layout">Where the channels lie.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void UpsampleBilinear2dGradient(bool alignCorners, DeviceTensor<T> destination, ImageLayout layout = ImageLayout.ChannelsFirst)
        {
            var shape = ResampledShape.Of(destination, outputGradient, layout);
            using var dy = PoolLaunch.Prepare(outputGradient, destination, destination.Lengths);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, destination.Block);
                ManagedBilinear.Gradient(cpu, shape, alignCorners, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_upsampleBilinear2dGradient, destination, dy.Tensor, alignCorners, shape);
        }
    }
}
