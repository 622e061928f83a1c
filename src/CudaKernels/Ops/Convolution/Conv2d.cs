using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_conv2dFile = new("convolution/conv2d.cu");
    private static readonly KernelTemplate s_conv2dTensorCores = new KernelFile("convolution/conv2d_mma.cu").Template("conv2d_mma<{0}>", ConvolutionChoice.TensorCoreKinds);
    private static readonly ConvolutionKernels s_conv2d = new(s_conv2dFile, "conv2d", s_conv2dTensorCores, WgmmaConvolution.Kernels("conv2d"));

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes y[n, f, p, q] = bias[f] + Σ_{c, r, s} x[n, c, p·stride - padding + r·dilation, q·stride - padding + s·dilation]·w[f, c, r, s]
        /// over the channels c of the filter's group; x is 0 outside the image. Half and BFloat16 sum in float and round once.
        /// </summary>
        /// <param name="filters">[filters, channels / groups, height, width], or channels last as the options say.</param>
        /// <param name="bias">[filters], or null for zeros.</param>
        /// <param name="destination">The result, [images, filters, height, width]; must not overlap an input.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The options ask for tensor cores, which take no such convolution: see <see cref="Conv2dAlgorithm.TensorCores"/>.</exception>
        public void Conv2d(DeviceTensor<T> filters, DeviceTensor<T>? bias, DeviceTensor<T> destination, Conv2dOptions? options = null)
        {
            options ??= Conv2dOptions.Default;
            var shape = ConvolutionShape.Of(images, filters, options);
            RequireShape(destination, shape.OutLengths(options.Layout, stackalloc nint[4]));
            new Convolution<T>(shape, options, filters, bias).Forward(s_conv2d, images, destination);
        }

        /// <summary>A new tensor with the convolution; see the form with a destination.</summary>
        /// <param name="filters">[filters, channels / groups, height, width], or channels last as the options say.</param>
        /// <param name="bias">[filters], or null for zeros.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
        public DeviceTensor<T> Conv2d(DeviceTensor<T> filters, DeviceTensor<T>? bias = null, Conv2dOptions? options = null)
        {
            options ??= Conv2dOptions.Default;
            var lengths = ConvolutionShape.Of(images, filters, options).OutLengths(options.Layout, stackalloc nint[4]);
            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense(lengths), images.Stream));
            images.Conv2d(filters, bias, result.Tensor, options);
            return result.Complete();
        }
    }
}
