using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>Elements chosen by their order. A shape holds the outer, middle and inner lengths and how many are chosen.</summary>
internal static class SelectionCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new TopKCase()];

    private sealed class TopKCase : NumericCase
    {
        public override string Name => "top-k";

        public override string Family => "selection";

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            new(0, 4, 2, 2),
            new(2, 5, 3, 0),
            new(1, 1, 1, 1),
            new(2, 33, 1, 33),
            new([3, 40, 2, 5], CaseLayout.Strided),
            new([2, 300, 1, 4], CaseLayout.Unaligned),
            new(7, 5000, 1, 10),
        ];

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. Shapes.SkipLast(1)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1024, 50_257, 1, 8)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var lengths = inputs.Lengths[..3];
            nint[] chosen = [lengths[0], inputs.Lengths[3], lengths[2]];
            var data = inputs.Input<T>(lengths, -8, 8, withSpecials: true).Data;
            for (var i = 1; i < data.Length; i += 3)
            {
                data[i] = data[i / 2]; // equal elements
            }

            var x = inputs.Input(data, lengths);
            var (values, indices) = (inputs.Own(inputs.Device.CreateZeros<T>(chosen)), inputs.Own(inputs.Device.CreateZeros<long>(chosen)));
            var (lowest, places) = (inputs.Own(inputs.Device.CreateZeros<T>(chosen)), inputs.Own(inputs.Device.CreateZeros<long>(chosen)));
            return new CasePlan(() => x.Tensor.TopK(1, values, indices), x.Data.Length * (double)ElementType<T>.Size)
                .Also(() => x.Tensor.TopK(-2, lowest, places, largest: false))
                .Expect(values, () => Chosen(x.Values, inputs.Lengths, largest: true, index: false))
                .Expect(indices, () => Chosen(x.Values, inputs.Lengths, largest: true, index: true))
                .Expect(lowest, () => Chosen(x.Values, inputs.Lengths, largest: false, index: false))
                .Expect(places, () => Chosen(x.Values, inputs.Lengths, largest: false, index: true));
        }

        private static double[] Chosen(double[] x, nint[] lengths, bool largest, bool index)
        {
            var (length, inner, count) = ((int)lengths[1], (int)lengths[2], (int)lengths[3]);
            var result = new double[lengths[0] * count * inner];
            for (var column = 0; column < lengths[0] * inner; column++)
            {
                var (outer, i) = (column / inner, column % inner);
                var ordered = Enumerable.Range(0, length)
                    .Select(k => (Value: x[(((outer * length) + k) * inner) + i], Index: k))
                    .OrderBy(element => double.IsNaN(element.Value) ? 0 : 1)
                    .ThenBy(element => largest ? -element.Value : element.Value)
                    .ThenBy(element => double.IsNegative(element.Value) == largest ? 1 : 0)
                    .ThenBy(element => element.Index)
                    .ToArray();
                for (var n = 0; n < count; n++)
                {
                    result[(((outer * count) + n) * inner) + i] = index ? ordered[n].Index : ordered[n].Value;
                }
            }

            return result;
        }
    }
}
