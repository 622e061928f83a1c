namespace CudaKernels.Catalog.Cases;

/// <summary>The losses and their gradients.</summary>
internal static class LossCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new CrossEntropyCase(), new BinaryCrossEntropyCase(), new SquaredErrorCase(), new SmoothL1Case()];

    private sealed class CrossEntropyCase : FloatingCase
    {
        private const double Smoothing = 0.25;

        public override string Name => "cross-entropy";

        public override string Family => "losses";

        public override IReadOnlyList<CaseShape> Shapes => [new(0, 5), new(1, 1), new(3, 10), new(5, 33), new([4, 257], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(2, 5000), new(300, 10), new(1, 17_000), new(2_100, 3)];

        // Rows of whole vectors, of a few lanes and of several warps; two are longer than their threads hold, element by element and in vectors.
        public override IReadOnlyList<CaseShape> RaggedShapes { get; } = [new(0, 5), new(1, 1), new(3, 10), new(5, 33), new([2, 129], CaseLayout.Unaligned), new([3, 40], CaseLayout.Unaligned), new([6, 31], CaseLayout.Strided), new(3, 40), new(2, 1_048), new(1, 1_061), new(1, 8_200), new(40, 10)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (rows, classes) = ((int)inputs.Lengths[0], (int)inputs.Lengths[1]);
            var data = inputs.Input<T>(inputs.Lengths).Data;
            var labels = new long[rows];
            for (var i = 0; i < rows; i++)
            {
                labels[i] = (i % 7) switch { 4 => classes, 5 => -1, _ => inputs.Random.Next(classes) };
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
            var smoothLosses = inputs.Own(inputs.Device.CreateZeros<T>([rows]));
            var smoothGradient = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            var meanGradient = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            var (count, noCount) = (inputs.Own(inputs.Device.CreateZeros<long>([])), inputs.Own(inputs.Device.CreateZeros<long>([])));
            var noLabels = inputs.Own(inputs.Device.CreateTensor(Array.ConvertAll(labels, _ => -1L), [rows]));
            var noGradient = inputs.Own(inputs.Device.CreateZeros<T>(inputs.Lengths));
            return new CasePlan(() => x.Tensor.CrossEntropyGradient(y, 0.5, gradient), 2.0 * x.Data.Length * ElementType<T>.Size, 4.0 * x.Data.Length)
                .Expect(gradient, () => Gradient(isLabel => isLabel ? 1 : 0), floor: 0.1)
                .Also(() => x.Tensor.CrossEntropy(y, losses))
                .Also(() => x.Tensor.CrossEntropy(y, smoothLosses, Smoothing))
                .Also(() => x.Tensor.CrossEntropyGradient(y, 0.5, smoothGradient, Smoothing))
                .Also(() => y.CountLabels(count))
                .Also(() => x.Tensor.CrossEntropyGradient(y, 1, count, meanGradient))
                .Also(() => noLabels.CountLabels(noCount))
                .Also(() => x.Tensor.CrossEntropyGradient(noLabels, 1, noCount, noGradient))
                .Expect(count, () => [labels.Count(label => label >= 0)])
                .Expect(meanGradient, () => Array.ConvertAll(Gradient(isLabel => isLabel ? 1 : 0), slope => slope * 2 / labels.Count(label => label >= 0)), floor: 0.1)
                .Expect(noGradient, () => new double[x.Data.Length])
                .Expect(smoothLosses, () => [.. labels.Select((label, row) => label < 0 ? 0 : label >= classes ? double.NaN : -Probabilities(x.Values, row, classes).Select((p, c) => Target(c == label, classes) * Math.Log(p)).Sum())])
                .Expect(smoothGradient, () => Gradient(isLabel => Target(isLabel, classes)), floor: 0.1)
                .Expect(losses, () => [.. labels.Select((label, row) => label < 0 ? 0 : label >= classes ? double.NaN : -Math.Log(Probabilities(x.Values, row, classes)[label]))]);

            double[] Gradient(Func<bool, double> target) => WideReference.MapRows(x.Values, classes, (logits, row) =>
            [
                .. Probabilities(logits).Select((p, c) => labels[row] < 0 ? 0 : labels[row] >= classes ? double.NaN : 0.5 * (p - target(c == labels[row]))),
            ]);
        }

        private static double Target(bool isLabel, int classes) => (isLabel ? 1 - Smoothing : 0) + (Smoothing / classes);

        private static double[] Probabilities(double[] x, int row, int classes) => Probabilities(x.AsSpan(row * classes, classes).ToArray());

        private static double[] Probabilities(double[] logits)
        {
            var maximum = logits.DefaultIfEmpty().Max();
            var powers = Array.ConvertAll(logits, logit => Math.Exp(logit - maximum));
            var sum = powers.Sum();
            return Array.ConvertAll(powers, power => power / sum);
        }
    }

    /// <summary>A loss of single elements with targets of the same shape.</summary>
    private abstract class ElementLossCase : FloatingCase
    {
        protected const double Scale = 0.5;

        public override string Family => "losses";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

        protected CasePlan Expectations<T>(
            CaseInputs inputs, CaseTensor<T> x, CaseTensor<T> t, Func<double, double, double> loss, Func<double, double, double> gradient, Action<DeviceTensor<T>> runLoss, Action<DeviceTensor<T>, DeviceTensor<T>> runMean, Action<DeviceTensor<T>> runGradient)
            where T : unmanaged
        {
            var (losses, gradients, mean) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths), inputs.Own(inputs.Device.CreateZeros<T>([])));

            // Two of the largest numbers have no mean in their own type.
            var plain = inputs.Input<T>(inputs.Lengths);
            return new CasePlan(() => runGradient(gradients), 3.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
                .Expect(gradients, () => [.. x.Values.Zip(t.Values, gradient)], floor: 0.1)
                .Also(() => runLoss(losses))
                .Also(() => runMean(plain.Tensor, mean))
                .Expect(losses, () => [.. x.Values.Zip(t.Values, loss)], floor: 0.01)
                .Expect(mean, () => [x.Data.Length == 0 ? double.NaN : plain.Values.Zip(t.Values, loss).Average(CaseElement.Round<T>)]);
        }
    }

    private sealed class BinaryCrossEntropyCase : ElementLossCase
    {
        public override string Name => "binary-cross-entropy";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var data = inputs.Input<T>(inputs.Lengths, -12, 12, withSpecials: true).Data;
            var targets = inputs.Input<T>(inputs.Lengths, 0, 1).Data;
            for (var i = 0; i < data.Length; i += 3)
            {
                targets[i] = i % 2 == 0 ? T.One : T.Zero;
            }

            if (data.Length > 6)
            {
                // Sure and right, sure and wrong, of either class.
                (data[0], data[3], data[6], data[^1]) = (T.PositiveInfinity, T.NegativeInfinity, T.NegativeInfinity, T.PositiveInfinity);
                targets[^1] = T.Zero;
            }

            var (x, t) = (inputs.Input(data, inputs.Lengths), inputs.Input(targets, inputs.Lengths));
            return Expectations(
                inputs,
                x,
                t,
                (logit, target) => -Weighted(target, LogSigmoid(logit)) - Weighted(1 - target, LogSigmoid(-logit)),
                (logit, target) => Scale * ((target == 1 ? 0 : (1 - target) / (1 + Math.Exp(-logit))) - (target == 0 ? 0 : target / (1 + Math.Exp(logit)))),
                losses => x.Tensor.BinaryCrossEntropy(t.Tensor, losses),
                (plain, mean) => plain.MeanBinaryCrossEntropy(t.Tensor, mean),
                gradient => x.Tensor.BinaryCrossEntropyGradient(t.Tensor, Scale, gradient));
        }

        private static double Weighted(double weight, double value) => weight == 0 && !double.IsNaN(value) ? 0 : weight * value;

        private static double LogSigmoid(double x) => x < 0 ? x - Reference64.LogP1(Math.Exp(x)) : -Reference64.LogP1(Math.Exp(-x));
    }

    private sealed class SquaredErrorCase : ElementLossCase
    {
        public override string Name => "squared-error";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (x, t) = (inputs.Input<T>(inputs.Lengths, withSpecials: true), inputs.Input<T>(inputs.Lengths));
            return Expectations(
                inputs,
                x,
                t,
                (a, b) => (a - b) * (a - b),
                (a, b) => (a - b) * (2 * Scale),
                losses => x.Tensor.SquaredError(t.Tensor, losses),
                (plain, mean) => plain.MeanSquaredError(t.Tensor, mean),
                gradient => x.Tensor.SquaredErrorGradient(t.Tensor, Scale, gradient));
        }
    }

    private sealed class SmoothL1Case : ElementLossCase
    {
        private const double Beta = 0.75;

        public override string Name => "smooth-l1";

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var (x, t) = (inputs.Input<T>(inputs.Lengths, -1, 1, withSpecials: true), inputs.Input<T>(inputs.Lengths, -1, 1));
            var (distances, signs) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            return Expectations(
                inputs,
                x,
                t,
                (a, b) => Math.Abs(a - b) < Beta ? (a - b) * (a - b) / (2 * Beta) : Math.Abs(a - b) - (Beta / 2),
                (a, b) => Scale * (Math.Abs(a - b) < Beta ? (a - b) / Beta : Sign(a - b)),
                losses => x.Tensor.SmoothL1(t.Tensor, Beta, losses),
                (plain, mean) => plain.MeanSmoothL1(t.Tensor, Beta, mean),
                gradient => x.Tensor.SmoothL1Gradient(t.Tensor, Beta, Scale, gradient))
                .Also(() => x.Tensor.SmoothL1(t.Tensor, 0, distances))
                .Also(() => x.Tensor.SmoothL1Gradient(t.Tensor, 0, Scale, signs))
                .Expect(distances, () => [.. x.Values.Zip(t.Values, (a, b) => Math.Abs(a - b))])
                .Expect(signs, () => [.. x.Values.Zip(t.Values, (a, b) => Scale * Sign(a - b))]);
        }

        private static double Sign(double value) => value > 0 ? 1 : value < 0 ? -1 : value;
    }
}
