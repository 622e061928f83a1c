using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly ConvolutionKernels s_quantizedConv2d = new(new KernelFile("quantization/quantized_conv2d.cu"), "quantized_conv2d");

    extension(DeviceTensor<sbyte> images)
    {
        /// <summary>
        /// Computes y[n, f, p, q] = scale·filterScale[f]·Σ_{c, r, s} x[n, c, p·stride - padding + r·dilation, q·stride - padding + s·dilation]·w[f, c, r, s] + bias[f]
        /// over the channels c of the filter's group; x is 0 outside the image. The sums are exact in 32 bits; they are scaled in float (double for double) and rounded once.
        /// </summary>
        /// <param name="scale">[1], what a step of the images is worth.</param>
        /// <param name="filters">[filters, channels / groups, height, width], or channels last as the options say.</param>
        /// <param name="filterScale">What a step of the filters is worth: [filters], or [1] for all of them.</param>
        /// <param name="bias">[filters], or null for zeros.</param>
        /// <param name="destination">The result, [images, filters, height, width]; must not overlap an input.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, the destination overlaps an input, or a filter has more than 131,071 weights, where a sum may not fit 32 bits.</exception>
        /// <exception cref="NotSupportedException">The options ask for tensor cores on a CUDA device.</exception>
        public void QuantizedConv2d<T>(
            DeviceTensor<float> scale, DeviceTensor<sbyte> filters, DeviceTensor<float> filterScale, DeviceTensor<T>? bias, DeviceTensor<T> destination, Conv2dOptions? options = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            options ??= Conv2dOptions.Default;
            var shape = ConvolutionShape.Of(images, filters, options);
            RequireShape(destination, shape.OutLengths(options.Layout, stackalloc nint[4]));
            var scales = new ProductScale<T>(scale, filterScale, bias);
            ProductScale<T>.RequireExact(shape.Taps);
            scales.Require(shape.Filters, destination);
            RequireApart(images, destination, nameof(destination));
            RequireApart(filters, destination, nameof(destination));
            destination.RequireDense(nameof(destination));
            if (destination.IsEmpty)
            {
                return;
            }

            using var x = AsDense(images);
            using var w = AsDense(filters);
            if (destination.Device is CudaDevice cuda)
            {
                LaunchQuantizedConv2d(cuda, x.Tensor, scale, w.Tensor, filterScale, scales, destination, shape, options);
                return;
            }

            using var hold = new BlockHold(x.Tensor.Block, w.Tensor.Block, destination.Block);
            using var holdScales = new BlockHold(scale.Block, filterScale.Block, bias?.Block);
            ManagedQuantizedConvolution.Run((CpuDevice)destination.Device, shape, options.Layout, x.Tensor, w.Tensor, scales.Managed, destination);
        }

        /// <summary>A new tensor with the convolution; see the form with a destination.</summary>
        /// <param name="scale">[1], what a step of the images is worth.</param>
        /// <param name="filters">[filters, channels / groups, height, width], or channels last as the options say.</param>
        /// <param name="filterScale">What a step of the filters is worth: [filters], or [1] for all of them.</param>
        /// <param name="bias">[filters], or null for zeros.</param>
        /// <param name="options">Stride, padding, dilation, groups and layout; null for the defaults.</param>
        public DeviceTensor<T> QuantizedConv2d<T>(
            DeviceTensor<float> scale, DeviceTensor<sbyte> filters, DeviceTensor<float> filterScale, DeviceTensor<T>? bias = null, Conv2dOptions? options = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            options ??= Conv2dOptions.Default;
            var lengths = ConvolutionShape.Of(images, filters, options).OutLengths(options.Layout, stackalloc nint[4]);
            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense(lengths), images.Stream));
            images.QuantizedConv2d(scale, filters, filterScale, bias, result.Tensor, options);
            return result.Complete();
        }
    }

    private static unsafe void LaunchQuantizedConv2d<T>(
        CudaDevice cuda,
        DeviceTensor<sbyte> x,
        DeviceTensor<float> scale,
        DeviceTensor<sbyte> w,
        DeviceTensor<float> filterScale,
        ProductScale<T> scales,
        DeviceTensor<T> destination,
        ConvolutionShape shape,
        Conv2dOptions options) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var algorithm = ConvolutionChoice.WithoutTensorCores(options.Algorithm, shape.GroupFilters);
        destination.Stream!.Launch(
            cuda.GetKernel(s_quantizedConv2d.Get(algorithm), Types<T>()),
            algorithm == Conv2dAlgorithm.Direct ? LaunchConfig.Cover(destination.FlattenedLength) : ConvolutionKernels.Tiles(shape.GroupFilters, shape.OutPixels, shape.Groups),
            destination.Output,
            x.Input,
            w.Input,
            scale.Input,
            filterScale.Input,
            scales.Step,
            scales.BiasArgument,
            scales.HasBias,
            KernelArgument.Struct(&shape));
    }
}
