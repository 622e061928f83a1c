using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>
/// The operations on tables of many tensors. The optimizers' references are the steps on one parameter, whose own cases stand in
/// <see cref="OptimizerCases"/>: the two must agree to the last bit.
/// </summary>
internal static class MultiTensorCases
{
    // Undoes a loss scale of 4.
    private const double GradientScale = 0.25;

    public static IReadOnlyList<OpCase> All { get; } =
    [
        new AdamCase(decoupled: false),
        new AdamCase(decoupled: true),
        new SgdCase("multi-tensor-sgd", new SgdOptions { LearningRate = 0.1, WeightDecay = 0.05 }),
        new SgdCase("multi-tensor-sgd-momentum", new SgdOptions { LearningRate = 0.1, WeightDecay = 0.05, Momentum = 0.9, Dampening = 0.25 }),
        new SgdCase("multi-tensor-sgd-nesterov", new SgdOptions { LearningRate = 0.1, Momentum = 0.9, Nesterov = true }),
        new RmsPropCase("multi-tensor-rmsprop", new RmsPropOptions { LearningRate = 0.01, Decay = 0.9, Epsilon = 0.125, WeightDecay = 0.05 }),
        new RmsPropCase("multi-tensor-rmsprop-momentum", new RmsPropOptions { LearningRate = 0.01, Decay = 0.9, Epsilon = 0.125, WeightDecay = 0.05, Momentum = 0.75 }),
        new ClipNormCase(),
        new FindNonFiniteCase(),
    ];

    // A chunk is 4096 elements, a block 256 threads.
    private static IReadOnlyList<CaseShape> TableShapes { get; } = [new(0), new(1), new(33), new([1025], CaseLayout.Unaligned), new(4096), new(4097), new(20_003)];

    // Beside the tensor of the case's own shape, small ones, an empty one and a scalar.
    private static nint[][] Companions(nint[] lengths) => lengths is [0] ? [lengths] : [lengths, [0, 3], [7, 5], [], [300]];

    /// <summary>A step on a table of parameters, with master weights where they are 16-bit.</summary>
    private abstract class StepCase : FloatingCase
    {
        public sealed override string Family => "optimizers";

        public sealed override IReadOnlyList<CaseShape> Shapes => TableShapes;

        // Sanitised, too, several blocks share a tensor.
        public sealed override IReadOnlyList<CaseShape> RaggedShapes => [.. base.RaggedShapes, new(4097)];

        protected abstract int States { get; }

        protected sealed override CasePlan Plan<T>(CaseInputs inputs) => typeof(T) == typeof(double) ? Plan<T, double>(inputs) : Plan<T, float>(inputs);

        protected abstract void Step<T, TState>(OptimizerTable<T, TState> table, double gradientScale)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>;

        protected abstract void Step<T, TState>(OptimizerTensors<T, TState> one, double gradientScale)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>;

        private CasePlan Plan<T, TState>(CaseInputs inputs)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            var tensors = Companions(inputs.Lengths).Select(lengths => Tensors<T, TState>(inputs, lengths)).ToArray();
            var table = inputs.Own(new OptimizerTable<T, TState>(tensors));
            var elements = tensors.Sum(one => (double)one.Parameter.FlattenedLength);
            var plan = new CasePlan(() => Step(table, GradientScale), elements * ((3.0 * ElementType<T>.Size) + (2.0 * States * ElementType<TState>.Size)), (4.0 + (4 * States)) * elements) { UpdatesInPlace = true };
            foreach (var one in tensors)
            {
                Expect(inputs, plan, one);
            }

            if (ElementType<T>.Size == 2)
            {
                ExpectMasters<T, TState>(inputs, plan);
            }

            ExpectOneUnaligned<T, TState>(inputs, plan);
            return plan;
        }

        // What the step on one parameter makes of the same tensors.
        private void Expect<T, TState>(CaseInputs inputs, CasePlan plan, OptimizerTensors<T, TState> one)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            var alone = new OptimizerTensors<T, TState>(Copy(inputs, one.Parameter), Copy(inputs, one.Gradient))
            {
                First = one.First is null ? null : Copy(inputs, one.First),
                Second = one.Second is null ? null : Copy(inputs, one.Second),
            };
            plan.Also(() => Step(alone, GradientScale));
            plan.ExpectSameBits(one.Parameter, alone.Parameter);
            if (one.First is not null)
            {
                plan.ExpectSameBits(one.First, alone.First!);
            }

            if (one.Second is not null)
            {
                plan.ExpectSameBits(one.Second, alone.Second!);
            }
        }

        // Master weights step as float parameters do, from the master weight where it rounds to the parameter, else from the parameter.
        private void ExpectMasters<T, TState>(CaseInputs inputs, CasePlan plan)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            var one = Tensors<T, TState>(inputs, [301]);
            var parameter = one.Parameter.ToArray();
            var start = parameter.Select((value, i) => i % 3 == 0 ? value : value * T.CreateTruncating(1.5)).Select(TState.CreateTruncating).ToArray();
            var finer = inputs.Input(start.Select((value, i) => i % 3 == 0 ? value * (TState.One + TState.CreateTruncating(1e-4)) : value).ToArray(), [301]);
            for (var i = 0; i < start.Length; i++)
            {
                start[i] = T.CreateTruncating(finer.Data[i]) == parameter[i] ? finer.Data[i] : TState.CreateTruncating(parameter[i]);
            }

            var table = inputs.Own(new OptimizerTable<T, TState>([one with { Master = finer.Tensor }]));
            var wide = new OptimizerTensors<TState, TState>(inputs.Input(start, [301]).Tensor, inputs.Input(Array.ConvertAll(one.Gradient.ToArray(), TState.CreateTruncating), [301]).Tensor)
            {
                First = one.First is null ? null : Copy(inputs, one.First),
                Second = one.Second is null ? null : Copy(inputs, one.Second),
            };
            plan.Also(() => Step(table, GradientScale));
            plan.Also(() => Step(wide, GradientScale));
            plan.ExpectSameBits(finer.Tensor, wide.Parameter);
            plan.Expect(one.Parameter, () => [.. wide.Parameter.ToArray().Select(weight => CaseElement.ToDouble(T.CreateTruncating(weight)))], floor: 0);
        }

        // Where one alone of a parameter's tensors is not aligned, none may move as packs: the step is that of aligned tensors.
        private void ExpectOneUnaligned<T, TState>(CaseInputs inputs, CasePlan plan)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState>
        {
            var hasMaster = ElementType<T>.Size == 2;
            var (parameter, gradient) = (Data<T>(), Data<T>());
            TState[][] others = [Data<TState>(), Data<TState>(), Array.ConvertAll(parameter, TState.CreateTruncating)];
            var aligned = Placed(0);
            var table = inputs.Own(new OptimizerTable<T, TState>([aligned]));
            plan.Also(() => Step(table, GradientScale));
            var unaligned = Enumerable.Range(1, 5).Select(Placed).ToArray();
            var tables = inputs.Own(new OptimizerTable<T, TState>(unaligned));
            plan.Also(() => Step(tables, GradientScale));
            foreach (var one in unaligned)
            {
                plan.ExpectSameBits(one.Parameter, aligned.Parameter);
                foreach (var (state, expected) in ((DeviceTensor<TState>?, DeviceTensor<TState>?)[])[(one.First, aligned.First), (one.Second, aligned.Second), (one.Master, aligned.Master)])
                {
                    if (state is not null)
                    {
                        plan.ExpectSameBits(state, expected!);
                    }
                }
            }

            OptimizerTensors<T, TState> Placed(int odd)
            {
                return new(At(parameter, 1), At(gradient, 2))
                {
                    First = States >= 1 ? At(others[0], 3) : null,
                    Second = States >= 2 ? At(others[1], 4) : null,
                    Master = hasMaster ? At(others[2], 5) : null,
                };

                DeviceTensor<TElement> At<TElement>(TElement[] data, int place) where TElement : unmanaged =>
                    inputs.Input(data, [data.Length], place == odd ? CaseLayout.Unaligned : CaseLayout.Dense).Tensor;
            }

            TElement[] Data<TElement>() where TElement : unmanaged => inputs.Input<TElement>([37], 0, 1).Data;
        }

        private OptimizerTensors<T, TState> Tensors<T, TState>(CaseInputs inputs, nint[] lengths)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TState : unmanaged, IFloatingPointIeee754<TState> =>
            new(inputs.Input<T>(lengths).Tensor, inputs.Input<T>(lengths).Tensor)
            {
                First = States >= 1 ? inputs.Input<TState>(lengths, 0, 1).Tensor : null,
                Second = States >= 2 ? inputs.Input<TState>(lengths, 0, 1).Tensor : null,
            };

        private static DeviceTensor<T> Copy<T>(CaseInputs inputs, DeviceTensor<T> tensor) where T : unmanaged => inputs.Input(tensor.ToArray(), tensor.Lengths).Tensor;
    }

    private sealed class AdamCase(bool decoupled) : StepCase
    {
        private const int StepNumber = 3;
        private readonly AdamOptions _options = new() { LearningRate = 0.01, Epsilon = 0.125, WeightDecay = 0.1, DecoupledWeightDecay = decoupled };

        public override string Name => decoupled ? "multi-tensor-adamw" : "multi-tensor-adam";

        public override string KernelFile => "optimizers/adam.cu";

        protected override int States => 2;

        protected override void Step<T, TState>(OptimizerTable<T, TState> table, double gradientScale) => table.AdamStep(StepNumber, _options, gradientScale);

        protected override void Step<T, TState>(OptimizerTensors<T, TState> one, double gradientScale) =>
            one.Parameter.AdamStep(one.Gradient, one.First!, one.Second!, StepNumber, _options, gradientScale);
    }

    private sealed class SgdCase(string name, SgdOptions options) : StepCase
    {
        public override string Name => name;

        public override string KernelFile => "optimizers/sgd.cu";

        protected override int States => options.Momentum == 0 ? 0 : 1;

        protected override void Step<T, TState>(OptimizerTable<T, TState> table, double gradientScale) => table.SgdStep(options, gradientScale);

        protected override void Step<T, TState>(OptimizerTensors<T, TState> one, double gradientScale)
        {
            if (one.First is null)
            {
                one.Parameter.SgdStep(one.Gradient, options, gradientScale);
            }
            else
            {
                one.Parameter.SgdStep(one.Gradient, one.First, options, gradientScale);
            }
        }
    }

    private sealed class RmsPropCase(string name, RmsPropOptions options) : StepCase
    {
        public override string Name => name;

        public override string KernelFile => "optimizers/rmsprop.cu";

        protected override int States => options.Momentum == 0 ? 1 : 2;

        protected override void Step<T, TState>(OptimizerTable<T, TState> table, double gradientScale) => table.RmsPropStep(options, gradientScale);

        protected override void Step<T, TState>(OptimizerTensors<T, TState> one, double gradientScale)
        {
            if (one.Second is null)
            {
                one.Parameter.RmsPropStep(one.Gradient, one.First!, options, gradientScale);
            }
            else
            {
                one.Parameter.RmsPropStep(one.Gradient, one.First!, one.Second, options, gradientScale);
            }
        }
    }

    private sealed class ClipNormCase : FloatingCase
    {
        private const double MaxNorm = 0.75;

        public override string Name => "multi-tensor-clip-norm";

        public override string Family => "optimizers";

        public override string KernelFile => "optimizers/clip_norm.cu";

        public override IReadOnlyList<CaseShape> Shapes => TableShapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. base.RaggedShapes, new(20_003)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var main = Companions(inputs.Lengths).Select(lengths => inputs.Input<T>(lengths)).ToArray();
            var (run, norm) = Clip(inputs, main);
            var elements = main.Sum(tensor => tensor.Data.Length);
            var plan = new CasePlan(run, 3.0 * elements * ElementType<T>.Size, 3.0 * elements) { UpdatesInPlace = true };
            Expect(plan, main, norm);

            // Below the bound nothing changes; what is not finite spreads to all.
            CaseTensor<T>[][] others = [[inputs.Input<T>([19], -0.01, 0.01)], [inputs.Input([T.One, T.PositiveInfinity, T.Zero], [3]), inputs.Input<T>([3])], [inputs.Input<T>([3]), inputs.Input([T.One, T.NaN], [2])]];
            foreach (var other in others)
            {
                var (call, otherNorm) = Clip(inputs, other);
                plan.Also(call);
                Expect(plan, other, otherNorm);
            }

            return plan;
        }

        private static (Action Run, DeviceTensor<double> Norm) Clip<T>(CaseInputs inputs, CaseTensor<T>[] tensors) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var table = inputs.Own(new TensorTable<T>([.. tensors.Select(tensor => tensor.Tensor)]));
            var norm = inputs.Output<double>([]);
            return (() => table.ClipGlobalNorm(MaxNorm, norm), norm);
        }

        private static void Expect<T>(CasePlan plan, CaseTensor<T>[] tensors, DeviceTensor<double> norm) where T : unmanaged, IFloatingPointIeee754<T> =>
            ClipNormCases.Expect(plan, tensors, norm, MaxNorm);
    }

    private sealed class FindNonFiniteCase : FloatingCase
    {
        public override string Name => "find-non-finite";

        public override string Family => "optimizers";

        public override IReadOnlyList<CaseShape> Shapes => TableShapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => [.. base.RaggedShapes, new(4097)];

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var main = Companions(inputs.Lengths).Select(lengths => inputs.Input<T>(lengths).Data).ToArray();
            var plan = Search(inputs, null, main, found: 0, before: 0);

            // The largest numbers are finite. An element that is not shows wherever it stands, and what was seen before is kept.
            var largest = T.CreateTruncating(CaseElement.ToDouble(CaseElement.Specials<T>()[6]));
            Search(inputs, plan, [[largest, -largest, T.Epsilon, T.Zero, T.NegativeZero]], found: 0, before: 0);
            Search(inputs, plan, main, found: 1, before: 1);
            foreach (var odd in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity])
            {
                for (var i = 0; i < main.Length; i++)
                {
                    foreach (var place in ((int[])[0, main[i].Length - 1]).Where(place => place >= 0 && place < main[i].Length))
                    {
                        T[][] spoilt = [.. main.Select(data => data.ToArray())];
                        spoilt[i][place] = odd;
                        Search(inputs, plan, spoilt, found: 1, before: 0);
                    }
                }
            }

            return plan;
        }

        private static CasePlan Search<T>(CaseInputs inputs, CasePlan? plan, T[][] tensors, int found, int before) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var table = inputs.Own(new TensorTable<T>([.. tensors.Select(data => inputs.Input(data, [data.Length]).Tensor)]));
            var flag = inputs.Input([before], []).Tensor;
            var elements = tensors.Sum(data => (double)data.Length);
            plan = plan is null ? new CasePlan(() => table.FindNonFinite(flag), elements * ElementType<T>.Size, elements) { UpdatesInPlace = true } : plan.Also(() => table.FindNonFinite(flag));
            return plan.Expect(flag, () => [found]);
        }
    }
}
