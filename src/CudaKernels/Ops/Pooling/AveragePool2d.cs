using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_averagePool2dFile = new("pooling/average_pool2d.cu");
    private static readonly KernelTemplate s_averagePool2d = s_averagePool2dFile.Template("average_pool2d<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_averagePool2dGradient = s_averagePool2dFile.Template("average_pool2d_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y[n, c, p, q] = Σ x[n, c, h, w] under the window of (p, q), divided by the elements of the window; those in the padding count or not, as the options say.</summary>
        /// <param name="options">The windows.</param>
        /// <param name="destination">The result; must not overlap the images.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void AveragePool2d(Pool2dOptions options, DeviceTensor<T> destination)
        {
            var shape = PoolShape.Of(images, options);
            using var x = PoolLaunch.Prepare(images, destination, shape.OutLengths(options.Layout, stackalloc nint[4]));
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(x.Tensor.Block, destination.Block);
                ManagedPooling.Average(cpu, shape, options.CountsPadding, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_averagePool2d, destination, x.Tensor, options.CountsPadding, shape);
        }

        /// <summary>A new tensor with the mean under each window; see the form with a destination.</summary>
        /// <param name="options">The windows.</param>
        public DeviceTensor<T> AveragePool2d(Pool2dOptions options)
        {
            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense(PoolShape.Of(images, options).OutLengths(options.Layout, stackalloc nint[4])), images.Stream));
            images.AveragePool2d(options, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx[n, c, h, w] = Σ dy[n, c, p, q] / elements over the windows that cover (h, w): the gradient of <c>AveragePool2d</c>. Deterministic.</summary>
        /// <param name="options">The windows.</param>
        /// <param name="destination">dx, of the shape of the images; must not overlap the input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void AveragePool2dGradient(Pool2dOptions options, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(outputGradient);
            var shape = PoolShape.Of(destination, options);
            RequireShape(outputGradient, shape.OutLengths(options.Layout, stackalloc nint[4]), nameof(outputGradient));
            using var dy = PoolLaunch.Prepare(outputGradient, destination, destination.Lengths);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, destination.Block);
                ManagedPooling.AverageGradient(cpu, shape, options.CountsPadding, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(destination));
                return;
            }

            PoolLaunch.Run(s_averagePool2dGradient, destination, dy.Tensor, options.CountsPadding, shape);
        }
    }
}
