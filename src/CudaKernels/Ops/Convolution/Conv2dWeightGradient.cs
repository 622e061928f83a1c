using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_conv2dWeightGradientFile = new("convolution/conv2d_weight_gradient.cu");
    private static readonly KernelFile s_conv2dWeightGradientTensorCoresFile = new("convolution/conv2d_weight_gradient_mma.cu");
    private static readonly KernelTemplate s_conv2dWeightGradientTensorCores = s_conv2dWeightGradientTensorCoresFile.Template("conv2d_weight_gradient_mma<{0}, {0}>", ConvolutionChoice.TensorCoreKinds);
    private static readonly KernelTemplate s_conv2dWeightGradientParts = s_conv2dWeightGradientTensorCoresFile.Template("conv2d_weight_gradient_mma<{0}, float>", ConvolutionChoice.TensorCoreKinds);
    private static readonly ConvolutionKernels s_conv2dWeightGradient = new(s_conv2dWeightGradientFile, "conv2d_weight_gradient", s_conv2dWeightGradientTensorCores, WgmmaConvolution.Kernels("conv2d_weight_gradient"));
    private static readonly KernelTemplate s_conv2dWeightGradientFinish = s_conv2dWeightGradientFile.Template("conv2d_weight_gradient_finish<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes dw[f, c, r, s] = Σ_{n, p, q} dy[n, f, p, q]·x[n, c, p·stride - padding + r·dilation, q·stride - padding + s·dilation]: the gradient of
        /// <c>Conv2d</c> to its filters. Deterministic: the parts of the sum are added in a fixed order.
        /// </summary>
        /// <param name="outputGradient">dy, of the shape of the convolution's result.</param>
        /// <param name="destination">dw, of the shape of the filters; must not overlap an input.</param>
        /// <param name="options">Those of the convolution.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The options ask for tensor cores, which take no such convolution: see <see cref="Conv2dAlgorithm.TensorCores"/>.</exception>
        public void Conv2dWeightGradient(DeviceTensor<T> outputGradient, DeviceTensor<T> destination, Conv2dOptions? options = null)
        {
            options ??= Conv2dOptions.Default;
            var shape = ConvolutionShape.Of(images, destination, options);
            RequireShape(outputGradient, shape.OutLengths(options.Layout, stackalloc nint[4]), nameof(outputGradient));
            new ConvolutionWeightGradient<T>(shape, options).Run(s_conv2dWeightGradient, s_conv2dWeightGradientParts, s_conv2dWeightGradientFinish, images, outputGradient, destination);
        }
    }
}
