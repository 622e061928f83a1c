namespace CudaKernels.Catalog.Cases;

/// <summary>Sums along a dimension. A shape holds the outer, middle and inner lengths.</summary>
internal static class ScanCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new CumulativeSumCase()];

    private sealed class CumulativeSumCase : NumericCase
    {
        public override string Name => "cumulative-sum";

        public override string Family => "scans";

        // Around a warp, a block, a chunk and a tile; rows of several tiles and of more than a group of 8; for the last two, chunks of chunks
        // and more groups than a block looks back at.
        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 3, 2),
            new(2, 0, 3),
            new(1, 1, 1),
            new(3, 33, 1),
            new([2, 257, 1], CaseLayout.Unaligned),
            new([3, 5, 4], CaseLayout.Strided),
            new(1, 1024, 1),
            new(2, 1030, 1),
            new(1, 1100, 2),
            new(2, 3, 130),
            new(2, 3, 128),
            new(2, 4096, 1),
            new(3, 4200, 1),
            new([1, 8200, 1], CaseLayout.Strided),
            new([2, 4097, 1], CaseLayout.Unaligned),
            new(1, 34_000, 1),
            new(2, 2100, 3),
            new(1, 1_050_000, 1),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(2)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1024, 16_384, 1)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var data = inputs.Input<T>(inputs.Lengths).Data;
            if (inputs.Lengths[0] > 1 && data.Length > 64 && ElementTypes.Floating.Contains(ElementType<T>.Kind))
            {
                // From here on infinite, and from there on NaN, in both directions: a single row would have next to no numbers left.
                (data[^9], data[^4], data[3]) = (CaseElement.FromDouble<T>(double.PositiveInfinity), CaseElement.FromDouble<T>(double.NaN), CaseElement.FromDouble<T>(double.NegativeInfinity));
            }

            var x = inputs.Input(data, inputs.Lengths);
            var (y, back) = (inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)), inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths)));
            return new CasePlan(() => x.Tensor.CumulativeSum(1, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
                .Expect(y, () => Array.ConvertAll(Sums(x.Values, inputs.Lengths, reverse: false), WrappedInteger.Of<T>), scale: () => Sums(Magnitudes(x.Values), inputs.Lengths, reverse: false))
                .Also(() => x.Tensor.CumulativeSum(-2, back, reverse: true))
                .Expect(back, () => Array.ConvertAll(Sums(x.Values, inputs.Lengths, reverse: true), WrappedInteger.Of<T>), scale: () => Sums(Magnitudes(x.Values), inputs.Lengths, reverse: true));
        }

        private static double[] Magnitudes(double[] values) => Array.ConvertAll(values, value => double.IsFinite(value) ? Math.Abs(value) : 0);

        private static double[] Sums(double[] x, nint[] lengths, bool reverse)
        {
            var sums = (double[])x.Clone();
            var (length, inner) = (lengths[1], lengths[2]);
            for (nint step = 0; step < sums.Length; step++)
            {
                var at = reverse ? sums.Length - 1 - step : step;
                var k = at / inner % length;
                if (reverse ? k != length - 1 : k != 0)
                {
                    sums[at] += sums[at + (reverse ? inner : -inner)];
                }
            }

            return sums;
        }
    }
}
