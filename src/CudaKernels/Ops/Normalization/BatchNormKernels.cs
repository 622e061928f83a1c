namespace CudaKernels;

/// <summary>The kernels of the batch normalisation and their launches.</summary>
internal sealed unsafe class BatchNormKernels(KernelFile file)
{
    private readonly KernelTemplate _apart = file.Template("batch_norm_moments<{0}, false>", ElementTypes.Floating);
    private readonly KernelTemplate _sideBySide = file.Template("batch_norm_moments<{0}, true>", ElementTypes.Floating);
    private readonly KernelTemplate _finish = file.Template("batch_norm_finish<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _running = file.Template("batch_norm_running<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _apply = file.Template("batch_norm_apply<{0}>", ElementTypes.Floating);

    public void Train<T, TStatistic>(
        DeviceTensor<T> x,
        DeviceTensor<T>? gamma,
        DeviceTensor<T>? beta,
        DeviceTensor<T> y,
        DeviceTensor<TStatistic> statistics,
        DeviceTensor<TStatistic>? runningMean,
        DeviceTensor<TStatistic>? runningVariance,
        ChannelLayout layout,
        BatchNormOptions options)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var (stream, types, cuda) = (y.Stream!, TensorOperations.Types<T>(), (CudaDevice)y.Device);
        var launch = ChannelLaunch.Of<T>(layout);
        using var parts = ParameterGradientKernels.Parts<T>(stream, layout);
        stream.Launch(cuda.GetKernel(launch.IsSide ? _sideBySide : _apart, types), launch.Config, parts.Output, x.Input, KernelArgument.Struct(&layout), launch.Splits);

        // Without running statistics the kernel never touches them; the address of the batch's stands in.
        stream.Launch(
            cuda.GetKernel(_finish, types),
            ChannelLaunch.Join(layout.Channels),
            statistics.Output,
            (runningMean ?? statistics).Output,
            (runningVariance ?? statistics).Output,
            runningMean is not null,
            parts.Input,
            KernelArgument.Struct(&layout),
            launch.Splits,
            TensorOperations.Attribute<T>(options.Epsilon),
            TensorOperations.Attribute<T>(options.Momentum));
        Apply(x, statistics.Input, gamma, beta, y, layout);
    }

    public void Infer<T, TStatistic>(
        DeviceTensor<T> x, DeviceTensor<TStatistic> mean, DeviceTensor<TStatistic> variance, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, ChannelLayout layout, BatchNormOptions options)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var stream = y.Stream!;
        using var statistics = new StreamScratch(stream, (nuint)layout.Channels * ParameterGradientKernels.PairBytes<T>());
        stream.Launch(
            ((CudaDevice)y.Device).GetKernel(_running, TensorOperations.Types<T>()),
            LaunchConfig.Cover(layout.Channels),
            statistics.Output,
            mean.Input,
            variance.Input,
            layout.Channels,
            TensorOperations.Attribute<T>(options.Epsilon));
        Apply(x, statistics.Input, gamma, beta, y, layout);
    }

    private void Apply<T>(DeviceTensor<T> x, KernelArgument statistics, DeviceTensor<T>? gamma, DeviceTensor<T>? beta, DeviceTensor<T> y, ChannelLayout layout) where T : unmanaged =>
        y.Stream!.Launch(
            ((CudaDevice)y.Device).GetKernel(_apply, TensorOperations.Types<T>()),
            ChannelLaunch.Results<T>(layout),
            y.Output,
            x.Input,
            statistics,
            (gamma ?? x).Input,
            gamma is not null,
            (beta ?? x).Input,
            beta is not null,
            KernelArgument.Struct(&layout));
}
