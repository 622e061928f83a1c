namespace CudaKernels.Catalog.Cases;

/// <summary>Images of another size. A shape holds images, channels, height, width, the new height and width, and whether the channels come last (2) or not (1).</summary>
internal static class ResamplingCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new NearestCase(), new NearestGradientCase(), new BilinearCase(false), new BilinearCase(true)];

    private static IReadOnlyList<CaseShape> Shapes { get; } =
    [
        new(0, 3, 2, 2, 4, 4, 1),
        new(2, 1, 3, 2, 0, 5, 1),
        new(1, 1, 1, 1, 1, 1, 1),
        new(1, 2, 1, 1, 4, 3, 1),
        new(2, 1, 3, 4, 6, 8, 1),
        new([1, 3, 4, 5, 7, 9, 2], CaseLayout.Unaligned),
        new([2, 2, 5, 4, 3, 11, 1], CaseLayout.Strided),
        new([2, 3, 9, 7, 2, 1, 2], CaseLayout.Strided),
        new(1, 1, 4, 6, 1, 6, 1),
        new(2, 16, 3, 4, 5, 7, 2),
        new([1, 8, 5, 4, 3, 9, 2], CaseLayout.Unaligned),
        new(3, 4, 17, 15, 40, 33, 1),
    ];

    private static IReadOnlyList<CaseShape> Ragged => [.. Shapes.SkipLast(1)];

    private static ImageLayout Layout(CaseInputs inputs) => inputs.Lengths[6] == 2 ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;

    private static nint[] Order(CaseInputs inputs, nint height, nint width) =>
        Layout(inputs) == ImageLayout.ChannelsLast ? [inputs.Lengths[0], height, width, inputs.Lengths[1]] : [inputs.Lengths[0], inputs.Lengths[1], height, width];

    private static nint[] In(CaseInputs inputs) => Order(inputs, inputs.Lengths[2], inputs.Lengths[3]);

    private static nint[] Out(CaseInputs inputs) => Order(inputs, inputs.Lengths[4], inputs.Lengths[5]);

    /// <summary>Calls visit(input, output, weight) for every pair of which the output looks at the input, where weights gives those along one dimension.</summary>
    private static void Visit(CaseInputs inputs, Func<int, int, int, IEnumerable<(int Input, double Weight)>> weights, Action<int, int, double> visit)
    {
        var (images, channels, height, width) = ((int)inputs.Lengths[0], (int)inputs.Lengths[1], (int)inputs.Lengths[2], (int)inputs.Lengths[3]);
        var (outHeight, outWidth) = ((int)inputs.Lengths[4], (int)inputs.Lengths[5]);
        var last = Layout(inputs) == ImageLayout.ChannelsLast;
        for (var plane = 0; plane < images * channels; plane++)
        {
            var (image, channel) = (plane / channels, plane % channels);
            for (var p = 0; p < outHeight; p++)
            {
                for (var q = 0; q < outWidth; q++)
                {
                    foreach (var (row, weight) in weights(p, height, outHeight))
                    {
                        foreach (var (column, along) in weights(q, width, outWidth))
                        {
                            visit(At(row, column, height, width), At(p, q, outHeight, outWidth), weight * along);
                        }
                    }
                }
            }

            int At(int row, int column, int rows, int columns) =>
                last ? (((((image * rows) + row) * columns) + column) * channels) + channel : (((((image * channels) + channel) * rows) + row) * columns) + column;
        }
    }

    private static double[] Forward(CaseInputs inputs, double[] x, Func<int, int, int, IEnumerable<(int, double)>> weights)
    {
        var y = new double[Out(inputs).Aggregate((nint)1, (product, length) => product * length)];
        Visit(inputs, weights, (input, output, weight) => y[output] += weight * x[input]);
        return y;
    }

    private static double[] Backward(CaseInputs inputs, double[] dy, Func<int, int, int, IEnumerable<(int, double)>> weights)
    {
        var dx = new double[In(inputs).Aggregate((nint)1, (product, length) => product * length)];
        Visit(inputs, weights, (input, output, weight) => dx[input] += weight * dy[output]);
        return dx;
    }

    private static IEnumerable<(int, double)> Nearest(int p, int length, int outLength) => [((int)((long)p * length / outLength), 1)];

    private sealed class NearestCase : AnyCase
    {
        public override string Name => "upsample-nearest2d";

        public override string Family => "resampling";

        public override IReadOnlyList<CaseShape> Shapes => ResamplingCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => Ragged;

        public override IReadOnlyList<CaseShape> BenchShapes => [new(16, 64, 64, 64, 128, 128, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(In(inputs), withSpecials: true);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(Out(inputs)));
            return new CasePlan(() => x.Tensor.UpsampleNearest2d(y, Layout(inputs)), (x.Data.Length + y.FlattenedLength) * (double)ElementType<T>.Size)
                .Expect(y, () => Forward(inputs, x.Values, Nearest));
        }
    }

    private sealed class NearestGradientCase : FloatingCase
    {
        public override string Name => "upsample-nearest2d-gradient";

        public override string Family => "resampling";

        public override string KernelFile => "resampling/upsample_nearest2d.cu";

        public override IReadOnlyList<CaseShape> Shapes => ResamplingCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => Ragged;

        public override IReadOnlyList<CaseShape> BenchShapes => [new(16, 64, 64, 64, 128, 128, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var dy = inputs.Input<T>(Out(inputs));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(In(inputs)));
            return new CasePlan(() => dy.Tensor.UpsampleNearest2dGradient(dx, Layout(inputs)), (dy.Data.Length + dx.FlattenedLength) * (double)ElementType<T>.Size, dy.Data.Length)
                .Expect(dx, () => Backward(inputs, dy.Values, Nearest), scale: () => Backward(inputs, Array.ConvertAll(dy.Values, Math.Abs), Nearest));
        }
    }

    private sealed class BilinearCase(bool aligned) : FloatingCase
    {
        public override string Name => aligned ? "upsample-bilinear2d-aligned" : "upsample-bilinear2d";

        public override string Family => "resampling";

        public override string KernelFile => "resampling/upsample_bilinear2d.cu";

        public override IReadOnlyList<CaseShape> Shapes => ResamplingCases.Shapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => Ragged;

        public override IReadOnlyList<CaseShape> BenchShapes => [new(16, 64, 64, 64, 128, 128, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(In(inputs), withSpecials: true);
            var dy = inputs.Input<T>(Out(inputs));
            var y = inputs.Own(inputs.Device.CreateZeros<T>(Out(inputs)));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(In(inputs)));
            return new CasePlan(() => x.Tensor.UpsampleBilinear2d(aligned, y, Layout(inputs)), (x.Data.Length + y.FlattenedLength) * (double)ElementType<T>.Size, 6.0 * y.FlattenedLength)
                .Expect(y, () => Forward(inputs, x.Values, Linear), scale: () => Forward(inputs, Array.ConvertAll(x.Values, Math.Abs), Linear))
                .Also(() => dy.Tensor.UpsampleBilinear2dGradient(aligned, dx, Layout(inputs)))
                .Expect(dx, () => Backward(inputs, dy.Values, Linear), scale: () => Backward(inputs, Array.ConvertAll(dy.Values, Math.Abs), Linear));
        }

        // From the definition, in exact decimal fractions of the pixels' distance.
        private IEnumerable<(int, double)> Linear(int p, int length, int outLength)
        {
            var (numerator, denominator) = aligned ? ((long)p * (length - 1), Math.Max(outLength - 1L, 1)) : ((((2L * p) + 1) * length) - outLength, 2L * outLength);
            numerator = Math.Max(numerator, 0);
            var first = (int)(numerator / denominator);
            var fraction = (double)(numerator % denominator) / denominator;
            if (fraction == 0 || first + 1 == length)
            {
                return [(first, 1)];
            }

            return [(first, 1 - fraction), (first + 1, fraction)];
        }
    }
}
