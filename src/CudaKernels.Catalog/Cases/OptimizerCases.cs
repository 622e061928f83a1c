using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The optimizers' steps.</summary>
internal static class OptimizerCases
{
    // Undoes a loss scale of 4.
    private const double GradientScale = 0.25;

    public static IReadOnlyList<OpCase> All { get; } =
    [
        new AdamCase(decoupled: false),
        new AdamCase(decoupled: true),
        new SgdCase("sgd", new SgdOptions { LearningRate = 0.1, WeightDecay = 0.05 }),
        new SgdCase("sgd-momentum", new SgdOptions { LearningRate = 0.1, WeightDecay = 0.05, Momentum = 0.9, Dampening = 0.25 }),
        new SgdCase("sgd-nesterov", new SgdOptions { LearningRate = 0.1, Momentum = 0.9, Nesterov = true }),
        new RmsPropCase("rmsprop", new RmsPropOptions { LearningRate = 0.01, Decay = 0.9, Epsilon = 0.125, WeightDecay = 0.05 }),
        new RmsPropCase("rmsprop-momentum", new RmsPropOptions { LearningRate = 0.01, Decay = 0.9, Epsilon = 0.125, WeightDecay = 0.05, Momentum = 0.75 }),
    ];

    private static IReadOnlyList<CaseShape> ParameterShapes { get; } = [new(0), new(1), new(33), new([1025], CaseLayout.Unaligned), new(7, 129), new(20_003)];

    private sealed class AdamCase(bool decoupled) : FloatingCase
    {
        public override string Name => decoupled ? "adamw" : "adam";

        public override string Family => "optimizers";

        public override string KernelFile => "optimizers/adam.cu";

        public override IReadOnlyList<CaseShape> Shapes => ParameterShapes;

        protected override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        private CasePlan Plan<T, TMoment>(CaseInputs inputs)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TMoment : unmanaged, IFloatingPointIeee754<TMoment>
        {
            var options = new AdamOptions { LearningRate = 0.01, Epsilon = 0.125, WeightDecay = 0.1, DecoupledWeightDecay = decoupled };
            var weight = inputs.Input<T>(inputs.Lengths);
            var gradient = inputs.Input<T>(inputs.Lengths);
            var m = inputs.Input<TMoment>(inputs.Lengths, -1, 1);
            var v = inputs.Input<TMoment>(inputs.Lengths, 0, 1);
            const long step = 3;
            return new CasePlan(() => weight.Tensor.AdamStep(gradient.Tensor, m.Tensor, v.Tensor, step, options, GradientScale), weight.Data.Length * ((3.0 * ElementType<T>.Size) + (4.0 * ElementType<TMoment>.Size)), 12.0 * weight.Data.Length) { UpdatesInPlace = true }
                .Expect(weight.Tensor, () => Steps(stepped => stepped.Weight))
                .Expect(m.Tensor, () => Steps(stepped => stepped.First))
                .Expect(v.Tensor, () => Steps(stepped => stepped.Second));

            double[] Steps(Func<(double Weight, double First, double Second), double> part)
            {
                var (g, first, second) = (gradient.Values, m.Values, v.Values);
                return WideReference.Map(weight.Values, (w, i) => part(Step(w, g[i], first[i], second[i], options, step)));
            }
        }

        private static (double Weight, double First, double Second) Step(double w, double g, double m, double v, AdamOptions options, long step)
        {
            g *= GradientScale;
            if (options.DecoupledWeightDecay)
            {
                w *= 1 - (options.LearningRate * options.WeightDecay);
            }
            else
            {
                g += options.WeightDecay * w;
            }

            var first = (options.Beta1 * m) + ((1 - options.Beta1) * g);
            var second = (options.Beta2 * v) + ((1 - options.Beta2) * g * g);
            var correction1 = 1 - Math.Pow(options.Beta1, step);
            var correction2 = 1 - Math.Pow(options.Beta2, step);
            return (w - (options.LearningRate * (first / correction1) / (Math.Sqrt(second / correction2) + options.Epsilon)), first, second);
        }
    }

    private sealed class SgdCase(string name, SgdOptions options) : FloatingCase
    {
        public override string Name => name;

        public override string Family => "optimizers";

        public override string KernelFile => "optimizers/sgd.cu";

        public override IReadOnlyList<CaseShape> Shapes => ParameterShapes;

        protected override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        private CasePlan Plan<T, TVelocity>(CaseInputs inputs)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TVelocity : unmanaged, IFloatingPointIeee754<TVelocity>
        {
            var weight = inputs.Input<T>(inputs.Lengths);
            var gradient = inputs.Input<T>(inputs.Lengths);
            var bytes = 3.0 * weight.Data.Length * ElementType<T>.Size;
            if (options.Momentum == 0)
            {
                return new CasePlan(() => weight.Tensor.SgdStep(gradient.Tensor, options, GradientScale), bytes, 4.0 * weight.Data.Length) { UpdatesInPlace = true }
                    .Expect(weight.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], 0).Weight)]);
            }

            var velocity = inputs.Input<TVelocity>(inputs.Lengths, -1, 1);
            return new CasePlan(() => weight.Tensor.SgdStep(gradient.Tensor, velocity.Tensor, options, GradientScale), bytes + (2.0 * weight.Data.Length * ElementType<TVelocity>.Size), 8.0 * weight.Data.Length) { UpdatesInPlace = true }
                .Expect(weight.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], velocity.Values[i]).Weight)])
                .Expect(velocity.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], velocity.Values[i]).Velocity)]);
        }

        private (double Weight, double Velocity) Step(double w, double g, double v)
        {
            g = (GradientScale * g) + (options.WeightDecay * w);
            v = (options.Momentum * v) + ((1 - options.Dampening) * g);
            var step = options.Momentum == 0 ? g : options.Nesterov ? g + (options.Momentum * v) : v;
            return (w - (options.LearningRate * step), v);
        }
    }

    private sealed class RmsPropCase(string name, RmsPropOptions options) : FloatingCase
    {
        public override string Name => name;

        public override string Family => "optimizers";

        public override string KernelFile => "optimizers/rmsprop.cu";

        public override IReadOnlyList<CaseShape> Shapes => ParameterShapes;

        protected override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        private CasePlan Plan<T, TState>(CaseInputs inputs)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            var weight = inputs.Input<T>(inputs.Lengths);
            var gradient = Gradient<T>(inputs);
            var meanSquare = inputs.Input<TState>(inputs.Lengths, 0, 1);
            var bytes = weight.Data.Length * ((3.0 * ElementType<T>.Size) + (2.0 * ElementType<TState>.Size));
            if (options.Momentum == 0)
            {
                return new CasePlan(() => weight.Tensor.RmsPropStep(gradient.Tensor, meanSquare.Tensor, options, GradientScale), bytes, 10.0 * weight.Data.Length) { UpdatesInPlace = true }
                    .Expect(weight.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], meanSquare.Values[i], 0).Weight)])
                    .Expect(meanSquare.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], meanSquare.Values[i], 0).MeanSquare)]);
            }

            var velocity = inputs.Input<TState>(inputs.Lengths, -1, 1);
            return new CasePlan(() => weight.Tensor.RmsPropStep(gradient.Tensor, meanSquare.Tensor, velocity.Tensor, options, GradientScale), bytes + (2.0 * weight.Data.Length * ElementType<TState>.Size), 12.0 * weight.Data.Length) { UpdatesInPlace = true }
                .Expect(weight.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], meanSquare.Values[i], velocity.Values[i]).Weight)])
                .Expect(meanSquare.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], meanSquare.Values[i], velocity.Values[i]).MeanSquare)])
                .Expect(velocity.Tensor, () => [.. weight.Values.Select((w, i) => Step(w, gradient.Values[i], meanSquare.Values[i], velocity.Values[i]).Velocity)]);
        }

        // NaN, infinities and zeros; numbers whose squares leave the range of float, but not that of the reference, stay out.
        private static CaseTensor<T> Gradient<T>(CaseInputs inputs) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var gradient = inputs.Input<T>(inputs.Lengths);
            if (!inputs.HasSpecials || gradient.Data.Length < 16)
            {
                return gradient;
            }

            T[] data = [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, .. gradient.Data[5..]];
            return inputs.Input(data, inputs.Lengths);
        }

        private (double Weight, double MeanSquare, double Velocity) Step(double w, double g, double v, double u)
        {
            g = (GradientScale * g) + (options.WeightDecay * w);
            v = (options.Decay * v) + ((1 - options.Decay) * g * g);
            u = (options.Momentum * u) + (g / (Math.Sqrt(v) + options.Epsilon));
            return (w - (options.LearningRate * u), v, u);
        }
    }
}
