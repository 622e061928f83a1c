namespace CudaKernels;

/// <summary>The kernels of the attention's gradients and their launches.</summary>
internal sealed unsafe class AttentionGradientKernels(KernelFile file)
{
    private readonly KernelTemplate _delta = file.Template("attention_gradient_delta<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _queries = file.Template("attention_gradient_queries<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _keys = file.Template("attention_gradient_keys<{0}>", ElementTypes.Floating);

    public void Run<T, TStatistic>(AttentionShape shape, double scale, AttentionAlgorithm algorithm, in AttentionInputs<T> inputs, DeviceTensor<TStatistic> logSumExp, in AttentionGradients<T> gradients)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var (stream, types, cuda) = (gradients.Queries.Stream!, TensorOperations.Types<T>(), (CudaDevice)gradients.Queries.Device);
        var isFlash = FlashAttention.IsChosen<T>(cuda, shape, algorithm, isGradient: true);
        using var delta = new StreamScratch(stream, (nuint)shape.QueryRows * (nuint)sizeof(TStatistic));
        stream.Launch(
            cuda.GetKernel(_delta, types),
            TensorOperations.AttentionLaunch(shape.QueryRows),
            delta.Output,
            inputs.Output.Input,
            inputs.OutputGradient.Input,
            KernelArgument.Struct(&shape));
        stream.Launch(
            cuda.GetKernel(isFlash ? FlashAttention.QueryGradient(shape) : _queries, types),
            isFlash ? FlashAttention.GradientLaunch(shape, shape.Heads, shape.Queries) : TensorOperations.AttentionLaunch(shape.QueryRows),
            gradients.Queries.Output,
            inputs.Queries.Input,
            inputs.Keys.Input,
            inputs.Values.Input,
            inputs.OutputGradient.Input,
            logSumExp.Input,
            delta.Input,
            TensorOperations.Attribute<T>(scale),
            KernelArgument.Struct(&shape));
        stream.Launch(
            cuda.GetKernel(isFlash ? FlashAttention.KeyGradient(shape) : _keys, types),
            isFlash ? FlashAttention.GradientLaunch(shape, shape.KeyHeads, shape.Keys) : TensorOperations.AttentionLaunch(shape.KeyRows),
            gradients.Keys.Output,
            gradients.Values.Output,
            inputs.Queries.Input,
            inputs.Keys.Input,
            inputs.Values.Input,
            inputs.OutputGradient.Input,
            logSumExp.Input,
            delta.Input,
            TensorOperations.Attribute<T>(scale),
            KernelArgument.Struct(&shape));
    }
}
