namespace CudaKernels;

/// <summary>The kernels of the batch normalisation's gradients and their launches.</summary>
internal sealed unsafe class BatchNormGradientKernels(KernelFile file)
{
    private readonly ParameterGradientKernels _sums = new(file, "batch_norm_gradient");
    private readonly KernelTemplate _join = file.Template("batch_norm_gradient_join<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _gradient = file.Template("batch_norm_gradient<{0}>", ElementTypes.Floating);

    public void Run<T, TStatistic>(
        DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<TStatistic> statistics, DeviceTensor<T>? gamma, DeviceTensor<T> dx, ParameterGradients<T> gradients, ChannelLayout layout)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var (stream, types, cuda, splits) = (dx.Stream!, TensorOperations.Types<T>(), (CudaDevice)dx.Device, ChannelLaunch.Of<T>(layout).Splits);
        using var parts = ParameterGradientKernels.Parts<T>(stream, layout);
        _sums.Sum(x, dy, statistics.Input, parts.Output, layout, stream);
        using var joined = splits == 1 ? default : new StreamScratch(stream, (nuint)layout.Channels * ParameterGradientKernels.PairBytes<T>());
        var totals = splits == 1 ? parts.Input : joined.Input;
        if (splits > 1)
        {
            stream.Launch(cuda.GetKernel(_join, types), ChannelLaunch.Join(layout.Channels), joined.Output, parts.Input, layout.Channels, splits);
        }

        _sums.Finish(x, gradients, totals, layout.Channels, splits: 1, stream);
        stream.Launch(
            cuda.GetKernel(_gradient, types),
            ChannelLaunch.Results<T>(layout),
            dx.Output,
            x.Input,
            dy.Input,
            statistics.Input,
            totals,
            (gamma ?? x).Input,
            gamma is not null,
            KernelArgument.Struct(&layout));
    }
}
