using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The convolution and its gradients. A shape holds images, channels, height, width, filters, filter height and width, and which options, from 1.</summary>
internal static class ConvolutionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Forward(), new InputGradient(), new WeightGradient()];

    private static readonly Conv2dOptions[] s_options =
    [
        new(),
        new() { Stride = (2, 2), Padding = (1, 1) },
        new() { Dilation = (2, 1), Padding = (2, 0) },
        new() { Groups = 2, Padding = (1, 1), Stride = (1, 3) },
        new() { Layout = ImageLayout.ChannelsLast, Stride = (2, 1), Padding = (1, 0) },
        new() { Layout = ImageLayout.ChannelsLast, Groups = 2, Padding = (1, 1), Dilation = (1, 2) },
    ];

    private abstract class ConvolutionCase : FloatingCase
    {
        public override string Family => "convolution";

        public override IReadOnlyList<string> Variants => ["gemm", "direct"];

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 3, 4, 4, 2, 3, 3, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(2, 3, 6, 5, 4, 3, 3, 1),
            new([2, 2, 7, 6, 3, 3, 2, 2], CaseLayout.Unaligned),
            new([1, 2, 7, 5, 3, 2, 3, 3], CaseLayout.Strided),
            new(2, 4, 5, 8, 6, 3, 2, 4),
            new(1, 3, 7, 6, 4, 3, 3, 5),
            new([2, 4, 5, 7, 6, 2, 2, 6], CaseLayout.Strided),
            new(1, 6, 4, 3, 6, 4, 3, 2),
            new(3, 5, 29, 27, 66, 3, 3, 2),
            new(2, 70, 9, 9, 18, 3, 3, 5),
        ];

        // A tile of the product costs 35,000 accesses for each slice of 16 steps, and both forms of the operation are run.
        public override IReadOnlyList<CaseShape> RaggedShapes =>
        [
            new(0, 3, 4, 4, 2, 3, 3, 1),
            new(1, 1, 1, 1, 1, 1, 1, 1),
            new(1, 3, 5, 4, 2, 3, 3, 1),
            new([1, 2, 5, 4, 3, 2, 2, 2], CaseLayout.Unaligned),
            new([1, 2, 5, 4, 2, 2, 2, 3], CaseLayout.Strided),
            new(1, 4, 4, 5, 4, 2, 2, 4),
            new(1, 2, 5, 4, 3, 2, 2, 5),
            new([1, 2, 4, 4, 2, 2, 2, 6], CaseLayout.Strided),
            new(1, 1, 9, 10, 1, 2, 2, 1),
            TwoTiles,
        ];

        /// <summary>One whole tile of the product across, and one row more than a tile down.</summary>
        protected abstract CaseShape TwoTiles { get; }

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 64, 28, 28, 64, 3, 3, 7)];

        public override bool Runs(ComputeDevice device, string variant) => variant == "gemm" || device is CudaDevice;

        // Errors grow with the sum of the magnitudes |x||w|, which the check scales by.
        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected static Conv2dOptions Options(CaseInputs inputs) =>
            (inputs.Lengths[7] <= s_options.Length ? s_options[inputs.Lengths[7] - 1] : new Conv2dOptions { Padding = (1, 1) }) with { Algorithm = inputs.Variant == "direct" ? Conv2dAlgorithm.Direct : Conv2dAlgorithm.ImplicitGemm };
    }

    private sealed class Forward : ConvolutionCase
    {
        public override string Name => "conv2d";

        protected override CaseShape TwoTiles => new(1, 1, 8, 8, 65, 1, 1, 1);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var x = inputs.Input<T>(problem.InLengths, -1, 1);
            var w = inputs.Input<T>(problem.FilterLengths, -1, 1);
            var bias = inputs.Input<T>(new T[problem.Filters].Select((_, i) => T.CreateTruncating((i % 5) - 2)).ToArray(), [problem.Filters]).Tensor;
            var dense = inputs.Own(inputs.Device.CreateTensor(bias.ToArray(), [problem.Filters]));
            var y = inputs.Own(inputs.Device.CreateZeros<T>(problem.OutLengths));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(problem.OutLengths));
            return new CasePlan(() => x.Tensor.Conv2d(w.Tensor, dense, y, problem.Options), ElementType<T>.Size * (double)(x.Data.Length + w.Data.Length + y.FlattenedLength), problem.Flops)
                .Also(() => x.Tensor.Conv2d(w.Tensor, null, plain, problem.Options))
                .Expect(y, () => problem.Forward(x.Values, w.Values, filter => (filter % 5) - 2).Values, floor: 1e-2, () => problem.Forward(x.Values, w.Values, filter => (filter % 5) - 2).Scale)
                .Expect(plain, () => problem.Forward(x.Values, w.Values, _ => 0).Values, floor: 1e-2, () => problem.Forward(x.Values, w.Values, _ => 0).Scale);
        }
    }

    private sealed class InputGradient : ConvolutionCase
    {
        public override string Name => "conv2d-input-gradient";

        protected override CaseShape TwoTiles => new(1, 65, 8, 8, 1, 1, 1, 1);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var dy = inputs.Input<T>(problem.OutLengths, -1, 1);
            var w = inputs.Input<T>(problem.FilterLengths, -1, 1);
            var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, problem.Channels).Select(i => T.CreateTruncating((i % 5) - 2))], [problem.Channels]));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(problem.InLengths));
            var transposed = inputs.Own(inputs.Device.CreateZeros<T>(problem.InLengths));
            return new CasePlan(() => dy.Tensor.Conv2dInputGradient(w.Tensor, dx, problem.Options), ElementType<T>.Size * (double)(dy.Data.Length + w.Data.Length + dx.FlattenedLength), problem.Flops)
                .Also(() => dy.Tensor.ConvTranspose2d(w.Tensor, bias, transposed, problem.Options))
                .Expect(dx, () => problem.Backward(dy.Values, w.Values, _ => 0).Values, floor: 1e-2, () => problem.Backward(dy.Values, w.Values, _ => 0).Scale)
                .Expect(transposed, () => problem.Backward(dy.Values, w.Values, channel => (channel % 5) - 2).Values, floor: 1e-2, () => problem.Backward(dy.Values, w.Values, channel => (channel % 5) - 2).Scale);
        }
    }

    private sealed class WeightGradient : ConvolutionCase
    {
        public override string Name => "conv2d-weight-gradient";

        protected override CaseShape TwoTiles => new(1, 64, 1, 1, 65, 1, 1, 1);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var problem = new ConvolutionReference(inputs.Lengths, Options(inputs));
            var x = inputs.Input<T>(problem.InLengths, -1, 1);
            var dy = inputs.Input<T>(problem.OutLengths, -1, 1);
            var dw = inputs.Own(inputs.Device.CreateZeros<T>(problem.FilterLengths));
            return new CasePlan(() => x.Tensor.Conv2dWeightGradient(dy.Tensor, dw, problem.Options), ElementType<T>.Size * (double)(x.Data.Length + dy.Data.Length + dw.FlattenedLength), problem.Flops)
                .Expect(dw, () => problem.WeightGradient(x.Values, dy.Values).Values, floor: 1e-2, () => problem.WeightGradient(x.Values, dy.Values).Scale);
        }
    }
}
