namespace CudaKernels.Catalog.Cases;

/// <summary>The convolution of quantised images with quantised filters.</summary>
internal sealed class QuantizedConv2dCase : ConvolutionCase
{
    public override string Name => "quantized-conv2d";

    public override string Family => "quantization";

    protected override CaseShape TwoTiles => new(1, 1, 8, 8, 65, 1, 1, 1);

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
        var x = inputs.Input<sbyte>(problem.InLengths, -128, 128);
        var w = inputs.Input<sbyte>(problem.FilterLengths, -128, 128);
        var (scale, scales) = (0.0625f, QuantizationCases.Scales(problem.Filters, 0.01));
        var image = inputs.Own(inputs.Device.CreateTensor<float>([scale], [1]));
        var filter = inputs.Own(inputs.Device.CreateTensor(scales, [problem.Filters]));
        var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, problem.Filters).Select(j => T.CreateTruncating((j % 5) - 2))], [problem.Filters]));
        var (perFilter, whole) = (QuantizationCases.Dense<T>(inputs, problem.OutLengths), QuantizationCases.Dense<T>(inputs, problem.OutLengths));
        var sums = new Lazy<double[]>(() => problem.Forward(x.Values, w.Values, _ => 0).Values);
        return new CasePlan(() => x.Tensor.QuantizedConv2d(image, w.Tensor, filter, bias, perFilter, problem.Options), x.Data.Length + w.Data.Length + ((double)ElementType<T>.Size * perFilter.FlattenedLength), problem.Flops)
            .Also(() => x.Tensor.QuantizedConv2d(image, w.Tensor, image, null, whole, problem.Options))
            .Expect(perFilter, () => Scaled((f, sum) => ((double)scale * scales[f] * sum) + (f % 5) - 2), floor: 1e-3, () => Scaled((f, sum) => Math.Abs((double)scale * scales[f] * sum) + 2))
            .Expect(whole, () => Scaled((_, sum) => (double)scale * scale * sum), floor: 1e-3);

        double[] Scaled(Func<int, double, double> scaled) => [.. sums.Value.Select((sum, i) => scaled(FilterOf(i), sum))];

        int FilterOf(int i) => problem.Options.Layout == ImageLayout.ChannelsLast
            ? i % problem.Filters
            : (int)(i / (problem.OutLengths[2] * problem.OutLengths[3]) % problem.Filters);
    }
}
