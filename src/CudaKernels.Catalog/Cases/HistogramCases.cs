namespace CudaKernels.Catalog.Cases;

/// <summary>Counts in equal parts of a range. A shape holds the lengths of the tensor and then the number of bins.</summary>
internal static class HistogramCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new HistogramCase()];

    private sealed class HistogramCase : NumericCase
    {
        private const double Low = -3;
        private const double High = 3;

        public override string Name => "histogram";

        public override string Family => "reductions";

        // Around a block, its threads' share of elements, and the bins that it has room for; then more packs than a block loads at once.
        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 3),
            new(1, 1),
            new(33, 6),
            new(512, 512),
            new(513, 513),
            new([7, 129, 10], CaseLayout.Unaligned),
            new([5, 3, 37, 7], CaseLayout.Strided),
            new(4097, 100),
            new(600, 4096),
            new(1025, 4097),
            new(8_300, 5),
            new(3, 70_001, 64),
            new(100_000, 50_000),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(2)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64_000_000, 256)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (lengths, bins) = (inputs.Lengths[..^1], inputs.Lengths[^1]);
            var data = inputs.Input<T>(lengths, -4, 4, withSpecials: true).Data;
            if (data.Length > 16)
            {
                // Both ends of the range, and below and above all bins.
                (data[^1], data[^2]) = (CaseElement.FromDouble<T>(Low), CaseElement.FromDouble<T>(High));
                (data[^3], data[^4]) = (T.MinValue, T.MaxValue);
            }

            var x = inputs.Input(data, lengths);
            var counts = inputs.Own(inputs.Device.CreateZeros<long>([bins]));
            counts.Fill(-1);
            return new CasePlan(() => x.Tensor.Histogram(Low, High, counts), x.Data.Length * (double)ElementType<T>.Size).Expect(counts, () => Counts(x.Values, (int)bins));
        }

        private static double[] Counts(double[] x, int bins)
        {
            var counts = new double[bins];
            foreach (var value in x)
            {
                if (value is >= Low and <= High)
                {
                    counts[Math.Min((int)((value - Low) * (bins / (High - Low))), bins - 1)]++;
                }
            }

            return counts;
        }
    }
}
