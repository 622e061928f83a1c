namespace CudaKernels;

/// <summary>The checks and the launch that the poolings and their gradients share.</summary>
internal static unsafe class PoolLaunch
{
    /// <summary>Checks that a destination of a given shape stands apart from the input, and makes the input dense.</summary>
    public static DenseTensor<T> Prepare<T>(DeviceTensor<T> input, DeviceTensor<T> destination, ReadOnlySpan<nint> lengths) where T : unmanaged
    {
        TensorOperations.RequireShape(destination, lengths);
        TensorOperations.RequireApart(input, destination, nameof(destination));
        destination.RequireDense(nameof(destination));
        return TensorOperations.AsDense(input);
    }

    /// <summary>
    /// A thread for each element of the destination, or for 16 bytes of neighbouring channels where those lie so: the rule of
    /// kernels/common/side_channels.cuh.
    /// </summary>
    public static LaunchConfig Config<T>(DeviceTensor<T> destination, ConvolutionShape shape) where T : unmanaged
    {
        var length = Elementwise.PackBytes / ElementType<T>.Size;
        var isSide = shape.ChannelStep == 1 && shape.OutFilterStep == 1 && shape.Channels % length == 0;
        return LaunchConfig.Cover(isSide ? destination.FlattenedLength / length : destination.FlattenedLength);
    }

    /// <summary>A kernel (y, x, shape).</summary>
    public static void Run<T>(KernelTemplate kernel, DeviceTensor<T> destination, DeviceTensor<T> input, ConvolutionShape shape) where T : unmanaged
    {
        if (!destination.IsEmpty)
        {
            destination.Stream!.Launch(Kernel(kernel, destination), Config(destination, shape), destination.Output, input.Input, KernelArgument.Struct(&shape));
        }
    }

    /// <summary>A kernel (y, x, flag, shape).</summary>
    public static void Run<T>(KernelTemplate kernel, DeviceTensor<T> destination, DeviceTensor<T> input, bool flag, ConvolutionShape shape) where T : unmanaged
    {
        if (!destination.IsEmpty)
        {
            destination.Stream!.Launch(Kernel(kernel, destination), Config(destination, shape), destination.Output, input.Input, flag, KernelArgument.Struct(&shape));
        }
    }

    public static CudaKernel Kernel<T>(KernelTemplate kernel, DeviceTensor<T> destination) where T : unmanaged => ((CudaDevice)destination.Device).GetKernel(kernel, TensorOperations.Types<T>());
}
