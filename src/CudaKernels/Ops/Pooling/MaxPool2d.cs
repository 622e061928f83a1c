using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelFile s_maxPool2dFile = new("pooling/max_pool2d.cu");
    private static readonly KernelTemplate s_maxPool2d = s_maxPool2dFile.Template("max_pool2d<{0}>", ElementTypes.Floating);
    private static readonly KernelTemplate s_maxPool2dGradient = s_maxPool2dFile.Template("max_pool2d_gradient<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes y[n, c, p, q] = the largest x[n, c, h, w] under the window of (p, q); NaN where one is NaN.</summary>
        /// <param name="options">The windows.</param>
        /// <param name="destination">The result; must not overlap the images.</param>
        /// <param name="indices">Of the same shape: h·width + w of the first largest element, which the gradient needs; null where it is not wanted.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void MaxPool2d(Pool2dOptions options, DeviceTensor<T> destination, DeviceTensor<long>? indices = null)
        {
            var shape = PoolShape.Of(images, options);
            var lengths = shape.OutLengths(options.Layout, stackalloc nint[4]);
            using var x = PoolLaunch.Prepare(images, destination, lengths);
            if (indices is not null)
            {
                RequireShape(indices, lengths, nameof(indices));
                RequireApart(images, indices, nameof(indices));
                RequireApart(indices, destination, nameof(indices));
                indices.RequireDense();
            }

            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(x.Tensor.Block, destination.Block, indices?.Block);
                ManagedPooling.Max(cpu, shape, ManagedSpan.Pointer(x.Tensor), ManagedSpan.Pointer(destination), indices is null ? null : ManagedSpan.Pointer(indices));
            }
            else if (!destination.IsEmpty)
            {
                var index = indices is null ? x.Tensor.Input : indices.Output;
                destination.Stream!.Launch(PoolLaunch.Kernel(s_maxPool2d, destination), PoolLaunch.Config(destination, shape), destination.Output, index, indices is not null, x.Tensor.Input, KernelArgument.Struct(&shape));
            }
        }

        /// <summary>A new tensor with the maximum under each window; see the form with a destination.</summary>
        /// <param name="options">The windows.</param>
        public DeviceTensor<T> MaxPool2d(Pool2dOptions options)
        {
            using var result = new PendingTensor<T>(images.Device.Create<T>(TensorLayout.Dense(PoolShape.Of(images, options).OutLengths(options.Layout, stackalloc nint[4])), images.Stream));
            images.MaxPool2d(options, result.Tensor);
            return result.Complete();
        }
    }

    extension<T>(DeviceTensor<T> outputGradient) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes dx[n, c, h, w] = Σ dy[n, c, p, q] over the windows whose index is h·width + w: the gradient of <c>MaxPool2d</c>. Deterministic.</summary>
        /// <param name="indices">Those that <c>MaxPool2d</c> gave.</param>
        /// <param name="options">The windows.</param>
        /// <param name="destination">dx, of the shape of the images; must not overlap an input.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or tensors overlap.</exception>
        public void MaxPool2dGradient(DeviceTensor<long> indices, Pool2dOptions options, DeviceTensor<T> destination)
        {
            ArgumentNullException.ThrowIfNull(outputGradient);
            var shape = PoolShape.Of(destination, options);
            var lengths = shape.OutLengths(options.Layout, stackalloc nint[4]);
            RequireShape(outputGradient, lengths, nameof(outputGradient));
            RequireShape(indices, lengths, nameof(indices));
            RequireApart(indices, destination, nameof(indices));
            using var dy = PoolLaunch.Prepare(outputGradient, destination, destination.Lengths);
            using var index = AsDense(indices);
            if (destination.Device is CpuDevice cpu)
            {
                using var hold = new BlockHold(dy.Tensor.Block, destination.Block, index.Tensor.Block);
                ManagedPooling.MaxGradient(cpu, shape, ManagedSpan.Pointer(dy.Tensor), ManagedSpan.Pointer(index.Tensor), ManagedSpan.Pointer(destination));
            }
            else if (!destination.IsEmpty)
            {
                destination.Stream!.Launch(PoolLaunch.Kernel(s_maxPool2dGradient, destination), PoolLaunch.Config(destination, shape), destination.Output, dy.Tensor.Input, index.Tensor.Input, KernelArgument.Struct(&shape));
            }
        }
    }
}
