using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The losses and their gradients.</summary>
internal static class LossCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new CrossEntropyCase()];

    private sealed class CrossEntropyCase : FloatingCase
    {
        public override string Name => "cross-entropy";

        public override string Family => "losses";

        public override IReadOnlyList<CaseShape> Shapes => [new(0, 5), new(1, 1), new(3, 10), new(5, 33), new([4, 257], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(2, 5000), new(300, 10)];

        // The last row is longer than a block has threads.
        public override IReadOnlyList<CaseShape> RaggedShapes { get; } = [new(0, 5), new(1, 1), new(3, 10), new(5, 33), new([2, 129], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(1, 1_061), new(40, 10)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (rows, classes) = ((int)inputs.Lengths[0], (int)inputs.Lengths[1]);
            var data = inputs.Input<T>(inputs.Lengths).Data;
            var labels = new long[rows];
            for (var i = 0; i < rows; i++)
            {
                labels[i] = i % 7 == 5 ? -1 : inputs.Random.Next(classes);
            }

            // A class that is masked has no probability.
            if (inputs.HasSpecials && data.Length > 0 && classes > 1)
            {
                data[labels[0] == 0 ? 1 : 0] = T.NegativeInfinity;
            }

            var x = inputs.Input(data, inputs.Lengths);
            var y = inputs.Own(inputs.Device.CreateTensor(labels, [rows]));
            var losses = inputs.Own(inputs.Device.CreateZeros<T>([rows]));
            var gradient = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            return new CasePlan(() => x.Tensor.CrossEntropyGradient(y, 0.5, gradient), 2.0 * x.Data.Length * ElementType<T>.Size, 4.0 * x.Data.Length)
                .Also(() => x.Tensor.CrossEntropy(y, losses))
                .Expect(losses, () => [.. labels.Select((label, row) => label < 0 ? 0 : -Math.Log(Probability(x.Values, row, classes, (int)label)))])
                .Expect(gradient, () => [.. x.Values.Select((_, i) => labels[i / classes] < 0 ? 0 : 0.5 * (Probability(x.Values, i / classes, classes, i % classes) - (i % classes == labels[i / classes] ? 1 : 0)))], floor: 0.1);
        }

        private static double Probability(double[] x, int row, int classes, int c)
        {
            var logits = x[(row * classes)..((row + 1) * classes)];
            var maximum = logits.Max();
            return Math.Exp(logits[c] - maximum) / logits.Sum(logit => Math.Exp(logit - maximum));
        }
    }
}
