namespace CudaKernels.Catalog.Cases;

/// <summary>The poolings and their gradients. A shape holds images, channels, height, width, window height and width, and which options, from 1.</summary>
internal static class PoolingCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new MaxPool(), new AveragePool(), new AdaptiveAveragePool()];

    private abstract class PoolingCase : FloatingCase
    {
        public override string Family => "pooling";

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 3, 4, 4, 2, 2, 1),
            new(1, 1, 1, 1, 1, 1, 1),
            new(2, 3, 6, 7, 2, 2, 1),
            new([1, 2, 7, 5, 3, 2, 2], CaseLayout.Unaligned),
            new([2, 3, 5, 8, 2, 3, 3], CaseLayout.Strided),
            new([2, 5, 7, 6, 3, 3, 4], CaseLayout.Strided),
            new(1, 2, 5, 6, 3, 3, 5),
            new(2, 16, 5, 6, 3, 3, 4),
            new([1, 8, 4, 5, 2, 3, 4], CaseLayout.Unaligned),
            new(3, 4, 33, 31, 3, 2, 2),
        ];

        // All but the last, which only repeats the others in more blocks.
        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 64, 56, 56, 2, 2, 1)];

        protected static Pool2dOptions Options(nint[] lengths)
        {
            (int, int) window = ((int)lengths[4], (int)lengths[5]);
            return lengths[6] switch
            {
                1 => new(window),
                2 => new(window) { Stride = (2, 1), Padding = (1, 1) },
                3 => new(window) { Stride = (1, 2), Padding = (0, 2), CountsPadding = false },
                5 => new(window) { Stride = (2, 1) },
                _ => new(window) { Stride = (2, 2), Padding = (1, 1), Layout = ImageLayout.ChannelsLast, CountsPadding = false },
            };
        }

        protected static nint[] Order(Pool2dOptions options, nint images, nint channels, nint height, nint width) =>
            options.Layout == ImageLayout.ChannelsLast ? [images, height, width, channels] : [images, channels, height, width];

        protected static nint[] InLengths(nint[] lengths, Pool2dOptions options) => Order(options, lengths[0], lengths[1], lengths[2], lengths[3]);
    }

    private sealed class MaxPool : PoolingCase
    {
        public override string Name => "max-pool2d";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var options = Options(inputs.Lengths);
            var reference = new PoolingReference(inputs.Lengths, options, isAdaptive: false);
            var data = inputs.Input<T>(InLengths(inputs.Lengths, options), withSpecials: true).Data;
            if (inputs.HasSpecials && data.Length > 32)
            {
                // Windows with more than one NaN, and windows of nothing but -∞.
                data.AsSpan(0, data.Length / 4).Fill(T.NaN);
                data.AsSpan(data.Length / 2).Fill(T.NegativeInfinity);
            }

            var x = inputs.Input(data, InLengths(inputs.Lengths, options));
            var dy = inputs.Input<T>(reference.OutLengths);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(reference.OutLengths));
            var indices = inputs.Own(inputs.Device.CreateZeros<long>(reference.OutLengths));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(reference.OutLengths));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(InLengths(inputs.Lengths, options)));
            return new CasePlan(() => x.Tensor.MaxPool2d(options, y, indices), ElementType<T>.Size * (double)(x.Data.Length + (2 * y.FlattenedLength)), x.Data.Length)
                .Expect(y, () => reference.Max(x.Values).Values)
                .Expect(indices, () => reference.Max(x.Values).Places)
                .Also(() => x.Tensor.MaxPool2d(options, plain))
                .Also(() => dy.Tensor.MaxPool2dGradient(indices, options, dx))
                .Expect(plain, () => reference.Max(x.Values).Values)
                .Expect(dx, () => reference.MaxGradient(x.Values, dy.Values));
        }
    }

    private sealed class AveragePool : PoolingCase
    {
        public override string Name => "average-pool2d";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var options = Options(inputs.Lengths);
            var reference = new PoolingReference(inputs.Lengths, options, isAdaptive: false);
            var x = inputs.Input<T>(InLengths(inputs.Lengths, options));
            var dy = inputs.Input<T>(reference.OutLengths);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(reference.OutLengths));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(InLengths(inputs.Lengths, options)));
            return new CasePlan(() => x.Tensor.AveragePool2d(options, y), ElementType<T>.Size * (double)(x.Data.Length + y.FlattenedLength), x.Data.Length)
                .Expect(y, () => reference.Mean(x.Values))
                .Also(() => dy.Tensor.AveragePool2dGradient(options, dx))
                .Expect(dx, () => reference.MeanGradient(dy.Values));
        }
    }

    private sealed class AdaptiveAveragePool : PoolingCase
    {
        public override string Name => "adaptive-average-pool2d";

        // Here the window's lengths are the parts.
        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 512, 7, 7, 1, 1, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var options = Options(inputs.Lengths);
            var reference = new PoolingReference(inputs.Lengths, options, isAdaptive: true);
            var x = inputs.Input<T>(InLengths(inputs.Lengths, options));
            var dy = inputs.Input<T>(reference.OutLengths);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(reference.OutLengths));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(InLengths(inputs.Lengths, options)));
            return new CasePlan(() => x.Tensor.AdaptiveAveragePool2d(y, options.Layout), ElementType<T>.Size * (double)(x.Data.Length + y.FlattenedLength), x.Data.Length)
                .Expect(y, () => reference.Mean(x.Values))
                .Also(() => dy.Tensor.AdaptiveAveragePool2dGradient(dx, options.Layout))
                .Expect(dx, () => reference.MeanGradient(dy.Values));
        }
    }
}
