using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly KernelFile s_conv2dInputGradientFile = new("convolution/conv2d_input_gradient.cu");
    private static readonly KernelTemplate s_conv2dInputGradientTensorCores = new KernelFile("convolution/conv2d_input_gradient_mma.cu").Template("conv2d_input_gradient_mma<{0}>", ConvolutionChoice.TensorCoreKinds);
    private static readonly ConvolutionKernels s_conv2dInputGradient = new(s_conv2dInputGradientFile, "conv2d_input_gradient", s_conv2dInputGradientTensorCores, WgmmaConvolution.Kernels("conv2d_input_gradient"));

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes dx[n, c, h, w] = Σ_{f, r, s} dy[n, f, p, q]·w[f, c, r, s] with p·stride = h + padding - r·dilation (q likewise) where such p and q
        /// exist: the gradient of <c>Conv2d</c> to its images. Deterministic: every element gathers.
        /// </summary>
        /// <param name="filters">The filters of the convolution.</param>
        /// <param name="destination">dx, of the shape of the images; must not overlap an input.</param>
        /// <param name="options">Those of the convolution.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The options ask for tensor cores, which take no such convolution: see <see cref="Conv2dAlgorithm.TensorCores"/>.</exception>
        public void Conv2dInputGradient(DeviceTensor<T> filters, DeviceTensor<T> destination, Conv2dOptions? options = null) => outputGradient.ConvTranspose2d(filters, null, destination, options);

        /// <summary>
        /// Computes the transposed convolution y[n, c, h, w] = bias[c] + Σ_{f, r, s} x[n, f, p, q]·w[f, c, r, s] with p·stride = h + padding - r·dilation
        /// (q likewise): <c>Conv2dInputGradient</c> as a layer of its own, whose gradients are <c>Conv2d</c> of the output's gradient (to x) and
        /// <c>Conv2dWeightGradient</c> with images and output gradient exchanged (to w).
        /// </summary>
        /// <param name="filters">[channels of x, channels of y / groups, height, width], or channels last as the options say.</param>
        /// <param name="bias">[channels of y], or null for zeros.</param>
        /// <param name="destination">y; among the sizes that its convolution would turn into that of x, its shape chooses.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout of the convolution that is transposed; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The options ask for tensor cores, which take no such convolution: see <see cref="Conv2dAlgorithm.TensorCores"/>.</exception>
        public void ConvTranspose2d(DeviceTensor<T> filters, DeviceTensor<T>? bias, DeviceTensor<T> destination, Conv2dOptions? options = null)
        {
            options ??= Conv2dOptions.Default;
            var shape = ConvolutionShape.Of(destination, filters, options);
            RequireShape(outputGradient, shape.OutLengths(options.Layout, stackalloc nint[4]), nameof(outputGradient));
            new Convolution<T>(shape, options, filters, bias).Backward(s_conv2dInputGradient, outputGradient, destination);
        }

        /// <summary>A new tensor with the transposed convolution, of height (p - 1)·stride - 2·padding + dilation·(r - 1) + 1 + outputPadding and a width likewise.</summary>
        /// <param name="filters">[channels of x, channels of y / groups, height, width], or channels last as the options say.</param>
        /// <param name="bias">[channels of y], or null for zeros.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
        /// <param name="outputPadding">Rows and columns more than the smallest result that fits; below the stride.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit.</exception>
        public DeviceTensor<T> ConvTranspose2d(DeviceTensor<T> filters, DeviceTensor<T>? bias = null, Conv2dOptions? options = null, (int Y, int X) outputPadding = default)
        {
            options ??= Conv2dOptions.Default;
            ArgumentNullException.ThrowIfNull(outputGradient);
            ArgumentNullException.ThrowIfNull(filters);
            var lengths = ConvolutionShape.TransposedLengths(outputGradient.Lengths, filters.Lengths, options, outputPadding, stackalloc nint[4]);
            using var result = new PendingTensor<T>(outputGradient.Device.Create<T>(TensorLayout.Dense(lengths), outputGradient.Stream));
            outputGradient.ConvTranspose2d(filters, bias, result.Tensor, options);
            return result.Complete();
        }
    }
}
