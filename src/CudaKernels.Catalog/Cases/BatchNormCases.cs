using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The batch normalisation in training and inference, and its gradients. A shape holds images, channels, height, width, and 1 for channels first, 2 for last.</summary>
internal static class BatchNormCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new Training(), new Inference(), new Gradient()];

    private abstract class BatchNormCase : FloatingCase
    {
        public override string Family => "normalization";

        public override IReadOnlyList<CaseShape> Shapes =>
        [
            .. RaggedShapes,
            new(8, 3, 50, 41, 1),
            new(32, 70, 9, 7, 1),
            new(9, 40, 11, 13, 2),
            new(2000, 33, 1, 1, 1),
            new(8, 3, 50, 48, 1),
            new(37, 136, 4, 4, 2),
            new([5, 72, 4, 2, 2], CaseLayout.Unaligned),
        ];

        // Channels in whole vectors, of each of which a thread has several or not all; 520 or 521 elements of a channel beside others are shared by two blocks, in halves or not.
        public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [
            new(0, 3, 4, 4, 1),
            new(1, 1, 1, 1, 1),
            new(2, 3, 5, 7, 1),
            new([2, 4, 3, 5, 1], CaseLayout.Unaligned),
            new([3, 2, 4, 5, 1], CaseLayout.Strided),
            new(1, 2, 17, 19, 1),
            new(7, 37, 1, 1, 1),
            new(2, 5, 4, 3, 2),
            new([3, 33, 2, 2, 2], CaseLayout.Strided),
            new(520, 1, 1, 1, 1),
            new(521, 2, 1, 1, 1),
            new(3, 2, 4, 8, 1),
            new([2, 2, 4, 8, 1], CaseLayout.Unaligned),
            new(11, 8, 1, 1, 1),
            new(2, 40, 3, 1, 2),
        ];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 64, 56, 56, 1), new(64, 64, 56, 56, 2), new(4096, 1024, 1, 1, 1)];

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        protected abstract CasePlan Plan<T, TStatistic>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T> where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>;

        protected sealed override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        protected static BatchNormOptions Options(CaseInputs inputs) => new() { Momentum = 0.25, Layout = IsLast(inputs) ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst };

        protected static nint[] Lengths(CaseInputs inputs) => inputs.Lengths is [var n, var c, var h, var w, 1] ? [n, c, h, w] : [inputs.Lengths[0], inputs.Lengths[2], inputs.Lengths[3], inputs.Lengths[1]];

        protected static int Channels(CaseInputs inputs) => (int)inputs.Lengths[1];

        protected static ChannelNormReference Reference(CaseInputs inputs, double[] x) => new(x, Channels(inputs), (int)(inputs.Lengths[2] * inputs.Lengths[3]), IsLast(inputs), groups: 0);

        /// <summary>Random elements, with NaN in the first channel and an infinity in the second where there are five channels.</summary>
        protected static CaseTensor<T> WithSpecials<T>(CaseInputs inputs, double low, double high) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var data = inputs.Input<T>(Lengths(inputs), low, high).Data;
            if (Channels(inputs) == 5)
            {
                (data[5], data[11]) = (T.NaN, T.PositiveInfinity);
            }

            return inputs.Input(data, Lengths(inputs));
        }

        protected static (DeviceTensor<T> Tensor, double[] Values) Vector<T>(CaseInputs inputs, double low, double high) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var tensor = inputs.Own(inputs.Device.CreateTensor(inputs.Input<T>([Channels(inputs)], low, high).Data));
            return (tensor, Array.ConvertAll(tensor.ToArray(), CaseElement.ToDouble));
        }

        private static bool IsLast(CaseInputs inputs) => inputs.Lengths[4] == 2;
    }

    private sealed class Training : BatchNormCase
    {
        public override string Name => "batch-norm";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs)
        {
            var x = WithSpecials<T>(inputs, -3, 5);
            var (gamma, factors) = Vector<T>(inputs, 0.5, 1.5);
            var (beta, shifts) = Vector<T>(inputs, -1, 1);
            var (runningMean, means) = Vector<TStatistic>(inputs, -1, 1);
            var (runningVariance, variances) = Vector<TStatistic>(inputs, 0.5, 1.5);
            var statistics = inputs.Own(inputs.Device.CreateZeros<TStatistic>([Channels(inputs), 2]));
            var y = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var options = Options(inputs);
            var reference = new Lazy<ChannelNormReference>(() => Reference(inputs, x.Values));
            var hasRunning = x.Data.Length > Channels(inputs);
            return new CasePlan(
                () => x.Tensor.BatchNorm(gamma, beta, y, statistics, hasRunning ? runningMean : null, hasRunning ? runningVariance : null, options), 2.0 * x.Data.Length * ElementType<T>.Size, 8.0 * x.Data.Length)
            { UpdatesInPlace = hasRunning }
                .Expect(y, () => reference.Value.Forward(factors, shifts))
                .Expect(statistics, () => x.Data.Length == 0 ? new double[2 * Channels(inputs)] : [.. reference.Value.Mean.Zip(reference.Value.Scale, (mean, scale) => new[] { mean, scale }).SelectMany(pair => pair)])
                .Expect(runningMean, () => Moved(means, reference.Value.Mean))
                .Expect(runningVariance, () => Moved(variances, [.. reference.Value.Variance.Select(variance => variance * reference.Value.Count / (reference.Value.Count - 1))]))
                .Also(() => x.Tensor.BatchNorm(null, null, plain, statistics, null, null, options))
                .Expect(plain, () => reference.Value.Normalized);

            double[] Moved(double[] running, double[] batch) => hasRunning ? [.. running.Zip(batch, (old, value) => (0.75 * old) + (0.25 * value))] : running;
        }
    }

    private sealed class Inference : BatchNormCase
    {
        public override string Name => "batch-norm-inference";

        public override string KernelFile => "normalization/batch_norm.cu";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs)
        {
            var x = WithSpecials<T>(inputs, -3, 5);
            var (gamma, factors) = Vector<T>(inputs, 0.5, 1.5);
            var (beta, shifts) = Vector<T>(inputs, -1, 1);
            var (mean, means) = Vector<TStatistic>(inputs, -1, 1);
            var (variance, variances) = Vector<TStatistic>(inputs, 0.5, 1.5);
            var y = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var options = Options(inputs);
            return new CasePlan(() => x.Tensor.BatchNormInference(mean, variance, gamma, beta, y, options), 2.0 * x.Data.Length * ElementType<T>.Size, 4.0 * x.Data.Length)
                .Expect(y, () => Reference(inputs, x.Values).Map(x.Values, (value, c) => ((value - means[c]) / Math.Sqrt(variances[c] + 1e-5) * factors[c]) + shifts[c]))
                .Also(() => x.Tensor.BatchNormInference(mean, variance, null, null, plain, options))
                .Expect(plain, () => Reference(inputs, x.Values).Map(x.Values, (value, c) => (value - means[c]) / Math.Sqrt(variances[c] + 1e-5)));
        }
    }

    private sealed class Gradient : BatchNormCase
    {
        public override string Name => "batch-norm-gradient";

        protected override CasePlan Plan<T, TStatistic>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(Lengths(inputs), -3, 5);
            var dy = WithSpecials<T>(inputs, -2, 2);
            var (gamma, factors) = Vector<T>(inputs, 0.5, 1.5);
            var ones = Array.ConvertAll(factors, _ => 1.0);
            var reference = new Lazy<ChannelNormReference>(() => Reference(inputs, x.Values));
            var statistics = inputs.Own(inputs.Device.CreateZeros<TStatistic>([Channels(inputs), 2]));
            var dx = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var plain = inputs.Own(inputs.Device.CreateZeros<T>(Lengths(inputs)));
            var (dgamma, _) = Vector<T>(inputs, 1, 1);
            var (dbeta, _) = Vector<T>(inputs, 1, 1);
            var options = Options(inputs);
            x.Tensor.BatchNorm(null, null, dx, statistics, null, null, options);
            return new CasePlan(() => x.Tensor.BatchNormGradient(dy.Tensor, statistics, gamma, dx, dgamma, dbeta, options), 3.0 * x.Data.Length * ElementType<T>.Size, 14.0 * x.Data.Length)
                .Expect(dx, () => reference.Value.Gradient(dy.Values, factors).Values, 1e-2, () => reference.Value.Gradient(dy.Values, factors).Magnitudes)
                .Expect(dgamma, () => reference.Value.GammaGradient(dy.Values), 1e-2, () => reference.Value.GammaGradient(dy.Values, magnitude: true))
                .Expect(dbeta, () => reference.Value.BetaGradient(dy.Values), 1e-2, () => reference.Value.BetaGradient(dy.Values, magnitude: true))
                .Also(() => x.Tensor.BatchNormGradient(dy.Tensor, statistics, null, plain, null, null, options))
                .Expect(plain, () => reference.Value.Gradient(dy.Values, ones).Values, 1e-2, () => reference.Value.Gradient(dy.Values, ones).Magnitudes);
        }
    }
}
