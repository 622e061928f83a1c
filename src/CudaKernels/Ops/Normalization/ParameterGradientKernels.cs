namespace CudaKernels;

/// <summary>The kernels <c>NAME_sums</c> and <c>NAME_finish</c>: the gradients of a normalisation to gamma and beta, summed over the elements of each channel.</summary>
internal sealed unsafe class ParameterGradientKernels(KernelFile file, string name)
{
    private readonly KernelTemplate _apart = file.Template($"{name}_sums<{{0}}, false>", ElementTypes.Floating);
    private readonly KernelTemplate _sideBySide = file.Template($"{name}_sums<{{0}}, true>", ElementTypes.Floating);
    private readonly KernelTemplate _finish = file.Template($"{name}_finish<{{0}}>", ElementTypes.Floating);

    /// <summary>The size of a <c>Statistic</c>, or of a <c>ParameterSums</c>: two numbers of the type that is computed in.</summary>
    public static nuint PairBytes<T>() where T : unmanaged => 2 * (nuint)ReductionKernels.ComputeBytes(ElementType<T>.Kind);

    /// <summary>Room for the parts of the sums.</summary>
    public static StreamScratch Parts<T>(CudaStream stream, in ChannelLayout layout) where T : unmanaged =>
        new(stream, (nuint)(layout.Channels * ChannelLaunch.Of<T>(layout).Splits) * PairBytes<T>());

    /// <summary>Sums the parts.</summary>
    public void Sum<T>(DeviceTensor<T> x, DeviceTensor<T> outputGradient, KernelArgument statistics, KernelArgument parts, ChannelLayout layout, CudaStream stream) where T : unmanaged
    {
        var launch = ChannelLaunch.Of<T>(layout);
        var kernel = ((CudaDevice)x.Device).GetKernel(launch.IsSide ? _sideBySide : _apart, TensorOperations.Types<T>());
        stream.Launch(kernel, launch.Config, parts, x.Input, outputGradient.Input, statistics, KernelArgument.Struct(&layout), launch.Splits);
    }

    /// <summary>Joins the parts in order.</summary>
    public void Finish<T>(DeviceTensor<T> x, ParameterGradients<T> gradients, KernelArgument parts, long channels, long splits, CudaStream stream) where T : unmanaged
    {
        if (!gradients.Any)
        {
            return;
        }

        stream.Launch(
            ((CudaDevice)x.Device).GetKernel(_finish, TensorOperations.Types<T>()),
            ChannelLaunch.Join(channels),
            (gradients.Gamma ?? gradients.Beta!).Output,
            gradients.Gamma is not null,
            (gradients.Beta ?? gradients.Gamma!).Output,
            gradients.Beta is not null,
            parts,
            channels,
            splits);
    }
}
