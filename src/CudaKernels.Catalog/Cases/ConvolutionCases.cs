namespace CudaKernels.Catalog.Cases;

/// <summary>The convolution and its gradients.</summary>
internal static class ConvolutionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new InputGradient(), new WeightGradient()];

    private sealed class Forward : TensorCoreConvolutionCase
    {
        public override string Name => "conv2d";

        protected override CaseShape TwoTiles => new(1, 1, 8, 8, 65, 1, 1, 1);

        // Results that no tensor map takes: of an odd number of filters, and of an even one beyond a tile.
        public override IReadOnlyList<CaseShape> ShapesOf(string variant) =>
            AlgorithmOf(variant) is null ? base.ShapesOf(variant) : [.. base.ShapesOf(variant), new(1, 8, 3, 3, 9, 1, 1, 1), new(1, 8, 9, 8, 258, 1, 1, 1)];

        public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) =>
            AlgorithmOf(variant) is null ? base.RaggedShapesOf(variant) : [.. base.RaggedShapesOf(variant), new(1, 8, 3, 3, 9, 1, 1, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var x = WithSpecials(inputs, inputs.Input<T>(problem.InLengths, -1, 1));
            var w = inputs.Input<T>(problem.FilterLengths, -1, 1);
            var bias = inputs.Input<T>(new T[problem.Filters].Select((_, i) => T.CreateTruncating((i % 5) - 2)).ToArray(), [problem.Filters]).Tensor;
            var dense = inputs.Own(inputs.Device.CreateTensor(bias.ToArray(), [problem.Filters]));
            var y = inputs.Own(inputs.Device.CreateZeros<T>(problem.OutLengths));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(problem.OutLengths));
            return new CasePlan(() => x.Tensor.Conv2d(w.Tensor, dense, y, problem.Options), ElementType<T>.Size * (double)(x.Data.Length + w.Data.Length + y.FlattenedLength), problem.Flops)
                .ExpectEach(y, at => problem.Forward(at, x.Values, w.Values, filter => (filter % 5) - 2), floor: 1e-2)
                .Also(() => x.Tensor.Conv2d(w.Tensor, null, plain, problem.Options))
                .ExpectEach(plain, at => problem.Forward(at, x.Values, w.Values, _ => 0), floor: 1e-2);
        }
    }

    private sealed class InputGradient : TensorCoreConvolutionCase
    {
        public override string Name => "conv2d-input-gradient";

        protected override CaseShape TwoTiles => new(1, 65, 8, 8, 1, 1, 1, 1);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var dy = WithSpecials(inputs, inputs.Input<T>(problem.OutLengths, -1, 1));
            var w = inputs.Input<T>(problem.FilterLengths, -1, 1);
            var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, problem.Channels).Select(i => T.CreateTruncating((i % 5) - 2))], [problem.Channels]));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(problem.InLengths));
            var transposed = inputs.Own(inputs.Device.CreateZeros<T>(problem.InLengths));
            return new CasePlan(() => dy.Tensor.Conv2dInputGradient(w.Tensor, dx, problem.Options), ElementType<T>.Size * (double)(dy.Data.Length + w.Data.Length + dx.FlattenedLength), problem.Flops)
                .ExpectEach(dx, at => problem.Backward(at, dy.Values, w.Values, _ => 0), floor: 1e-2)
                .Also(() => dy.Tensor.ConvTranspose2d(w.Tensor, bias, transposed, problem.Options))
                .ExpectEach(transposed, at => problem.Backward(at, dy.Values, w.Values, channel => (channel % 5) - 2), floor: 1e-2);
        }
    }

    private sealed class WeightGradient : TensorCoreConvolutionCase
    {
        public override string Name => "conv2d-weight-gradient";

        protected override CaseShape TwoTiles => new(1, 64, 1, 1, 65, 1, 1, 1);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var x = WithSpecials(inputs, inputs.Input<T>(problem.InLengths, -1, 1));
            var dy = inputs.Input<T>(problem.OutLengths, -1, 1);
            var dw = inputs.Own(inputs.Device.CreateZeros<T>(problem.FilterLengths));
            return new CasePlan(() => x.Tensor.Conv2dWeightGradient(dy.Tensor, dw, problem.Options), ElementType<T>.Size * (double)(x.Data.Length + dy.Data.Length + dw.FlattenedLength), problem.Flops)
                .ExpectEach(dw, at => problem.WeightGradient(at, x.Values, dy.Values), floor: 1e-2);
        }
    }
}
