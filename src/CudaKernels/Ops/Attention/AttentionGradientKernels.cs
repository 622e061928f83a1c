namespace CudaKernels;

/// <summary>The kernels of the attention's gradients and their launches.</summary>
internal sealed unsafe class AttentionGradientKernels(KernelFile file)
{
    private readonly KernelTemplate _delta = file.Template("attention_gradient_delta<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _queries = file.Template("attention_gradient_queries<{0}>", ElementTypes.Floating);
    private readonly KernelTemplate _keys = file.Template("attention_gradient_keys<{0}>", ElementTypes.Floating);

    /// <param name="shape">The sizes.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="algorithm">The implementation that was asked for.</param>
    /// <param name="inputs">What is read.</param>
    /// <param name="offsets">Where packed sequences begin; the kernels do not touch them where sequences are not packed.</param>
    /// <param name="logSumExp">What the attention left.</param>
    /// <param name="gradients">What is written.</param>
    public void Run<T, TStatistic>(
        AttentionShape shape,
        double scale,
        AttentionAlgorithm algorithm,
        in AttentionInputs<T> inputs,
        (KernelArgument Queries, KernelArgument Keys) offsets,
        DeviceTensor<TStatistic> logSumExp,
        in AttentionGradients<T> gradients)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var (stream, types, cuda) = (gradients.Queries.Stream!, TensorOperations.Types<T>(), (CudaDevice)gradients.Queries.Device);
        var chosen = AttentionChoice.Gradient<T>(
            cuda,
            shape,
            algorithm,
            inputs.Queries.Input.Address,
            inputs.Keys.Input.Address,
            inputs.Values.Input.Address,
            inputs.OutputGradient.Input.Address,
            gradients.Queries.Output.Address,
            gradients.Keys.Output.Address,
            gradients.Values.Output.Address);
        using var delta = new StreamScratch(stream, (nuint)shape.StoredQueryRows * (nuint)sizeof(TStatistic));
        if (shape.QueryRows != 0)
        {
            stream.Launch(
                cuda.GetKernel(_delta, types),
                TensorOperations.AttentionLaunch(shape.QueryRows),
                delta.Output,
                inputs.Output.Input,
                inputs.OutputGradient.Input,
                offsets.Queries,
                offsets.Keys,
                KernelArgument.Struct(&shape));
        }

        ReadOnlySpan<KernelArgument> arguments =
        [
            gradients.Queries.Output,
            gradients.Keys.Output,
            gradients.Values.Output,
            inputs.Queries.Input,
            inputs.Keys.Input,
            inputs.Values.Input,
            inputs.OutputGradient.Input,
            logSumExp.Input,
            delta.Input,
            offsets.Queries,
            offsets.Keys,
            TensorOperations.Attribute<T>(scale),
            KernelArgument.Struct(&shape),
        ];
        foreach (var of in FlashGradientTemplates.All(shape, chosen))
        {
            var rows = of == GradientOf.Queries ? shape.QueryRows : shape.KeyRows;
            if (rows == 0)
            {
                continue;
            }

            if (chosen == AttentionAlgorithm.Wgmma)
            {
                FlashGradientWgmma.Launch(stream, types, shape, of, FlashGradientWgmma.HeadsAtOnce(shape, of, stream.Device.Specification.MultiprocessorCount), inputs, arguments);
            }
            else if (chosen == AttentionAlgorithm.Flash)
            {
                stream.Launch(cuda.GetKernel(FlashAttention.Gradient(shape, of), types), FlashAttention.GradientLaunch(shape, of), arguments);
            }
            else
            {
                stream.Launch(cuda.GetKernel(of == GradientOf.Queries ? _queries : _keys, types), TensorOperations.AttentionLaunch(rows), arguments);
            }
        }
    }
}
