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
        return new CasePlan(() => x.Tensor.QuantizedConv2d(image, w.Tensor, filter, bias, perFilter, problem.Options), x.Data.Length + w.Data.Length + ((double)ElementType<T>.Size * perFilter.FlattenedLength), problem.Flops)
            .ExpectEach(perFilter, PerFilter, floor: 1e-3)
            .Also(() => x.Tensor.QuantizedConv2d(image, w.Tensor, image, null, whole, problem.Options))
            .ExpectEach(whole, Whole, floor: 1e-3);

        (double Value, double Scale) PerFilter(nint at)
        {
            var number = problem.FilterOf(at);
            var product = (double)scale * scales[number] * Sum(at);
            return (product + (number % 5) - 2, Math.Abs(product) + 2);
        }

        (double Value, double Scale) Whole(nint at) => ((double)scale * scale * Sum(at), Math.Abs((double)scale * scale * Sum(at)));

        // Of integers, and so exact.
        double Sum(nint at) => problem.Forward(at, x.Values, w.Values, _ => 0).Value;
    }
}
