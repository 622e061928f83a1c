using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The random fills, dropout and the permutation.</summary>
internal static class RandomCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new UniformCase(), new CurandUniformCase(), new NormalCase(), new BernoulliCase(), new DropoutCase(), new PermutationCase()];

    /// <summary>What probabilities are multiples of: 2⁻³².</summary>
    private const double Step = 1 / 4294967296.0;

    /// <summary>The smallest lengths around a block of outputs and the elements of a thread, and those of elementwise operations.</summary>
    private static IReadOnlyList<CaseShape> RandomShapes { get; } = [.. CaseShape.Elementwise, new(4), new(5), new(16), new(17)];

    /// <summary>A position that begins, from shape to shape, at each word of a block, for odd lengths where the number of the block passes 32 bits.</summary>
    private static PhiloxState Position(CaseInputs inputs)
    {
        var near = inputs.Shape.Count % 2 == 0 ? 0 : (4ul << 32) - 16;
        return new PhiloxState((ulong)inputs.Random.NextInt64(), near + (ulong)(inputs.Shape.Count / 2 % 4), (ulong)inputs.Random.NextInt64());
    }

    /// <summary>A probability around 0.4 that is exactly that of an output: the element there shows whether the bound belongs to it.</summary>
    private static double ProbabilityAtAnOutput(PhiloxState position) =>
        Enumerable.Range(0, 33).Select(i => PhiloxReference.Output(position, i) * Step).MinBy(probability => Math.Abs(probability - 0.4));

    private static double[] Elements(nint count, Func<long, double> element)
    {
        var values = new double[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = element(i);
        }

        return values;
    }

    private sealed class UniformCase : FloatingCase
    {
        public override string Name => "uniform";

        public override string Family => "random";

        public override IReadOnlyList<CaseShape> Shapes => RandomShapes;

        /// <summary>The reference rounds as the operation does: the bits are the same.</summary>
        public override double Tolerance(ElementKind kind) => 0;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var position = Position(inputs);
            var y = inputs.Output<T>(inputs.Lengths);

            // Numbers close below 1 round up to 3 in the 16-bit types; the last number below it stands in their place.
            var last = CaseElement.ToDouble(T.BitDecrement(T.CreateTruncating(3)));
            return new CasePlan(() => y.FillUniform(position, -2, 3), (double)y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => Elements(y.FlattenedLength, i => Math.Min(Value(i), last)));

            double Value(long i) => typeof(T) == typeof(double)
                ? Math.FusedMultiplyAdd(PhiloxReference.Word(position, 2 * i) / 2048 / 9007199254740992.0, 5, -2)
                : (PhiloxReference.Output(position, i) / 256 / 16777216.0 * 5) - 2;
        }
    }

    private sealed class CurandUniformCase : OpCase
    {
        public override string Name => "uniform-curand";

        public override string Family => "random";

        public override string KernelFile => "random/uniform.cu";

        public override IReadOnlyList<ElementKind> Types => [ElementKind.Float32];

        public override IReadOnlyList<CaseShape> Shapes => RandomShapes;

        public override double Tolerance(ElementKind kind) => 0;

        public override CasePlan Plan(ElementKind kind, CaseInputs inputs)
        {
            var position = Position(inputs);
            var y = inputs.Output<float>(inputs.Lengths);
            return new CasePlan(() => y.FillCurandUniform(position), 4.0 * y.FlattenedLength)
                .Expect(y, () => Elements(y.FlattenedLength, i => ((double)(float)PhiloxReference.Output(position, i) / 4294967296) + (0.5 / 4294967296)));
        }
    }

    private sealed class NormalCase : FloatingCase
    {
        private const double Mean = 0.25;
        private const double Deviation = 1.5;

        public override string Name => "normal";

        public override string Family => "random";

        public override IReadOnlyList<CaseShape> Shapes => RandomShapes;

        public override double Tolerance(ElementKind kind) => kind switch
        {
            ElementKind.Float32 => 5e-7,
            ElementKind.Float64 => 4e-15,
            _ => base.Tolerance(kind),
        };

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var position = Position(inputs);
            var y = inputs.Output<T>(inputs.Lengths);
            return new CasePlan(() => y.FillNormal(position, Mean, Deviation), (double)y.FlattenedLength * ElementType<T>.Size, 20.0 * y.FlattenedLength)
                .Expect(y, () => Elements(y.FlattenedLength, Value));

            double Value(long i)
            {
                var (u, turns) = typeof(T) == typeof(double) ? Doubles(i / 2) : Floats(i / 2);
                var r = Math.Sqrt(-2 * Math.Log(u));
                return Mean + (Deviation * r * (i % 2 == 0 ? Math.Sin(2 * Math.PI * turns) : Math.Cos(2 * Math.PI * turns)));
            }

            // The float that curand_uniform gives is part of the definition; everything after it is exact here.
            (double U, double Turns) Floats(long pair) =>
                ((float)(((double)(float)PhiloxReference.Output(position, 2 * pair) + 0.5) / 4294967296), (PhiloxReference.Output(position, (2 * pair) + 1) + 0.5) / 4294967296);

            (double U, double Turns) Doubles(long pair) =>
                (((PhiloxReference.Word(position, 4 * pair) / 4096 * 2) + 1) / 9007199254740992.0, (long)PhiloxReference.Word(position, (4 * pair) + 2) / 18446744073709551616.0);
        }
    }

    private sealed class BernoulliCase : AnyCase
    {
        public override string Name => "bernoulli";

        public override string Family => "random";

        public override IReadOnlyList<CaseShape> Shapes => RandomShapes;

        public override double Tolerance(ElementKind kind) => 0;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var position = Position(inputs);
            CasePlan? plan = null;
            foreach (var probability in (double[])[ProbabilityAtAnOutput(position), ProbabilityAtAnOutput(position) + Step, 0, 1])
            {
                var y = inputs.Output<T>(inputs.Lengths);
                Action call = () => y.FillBernoulli(position, probability);
                plan = (plan?.Also(call) ?? new CasePlan(call, (double)y.FlattenedLength * ElementType<T>.Size))
                    .Expect(y, () => Elements(y.FlattenedLength, i => PhiloxReference.Output(position, i) < probability * 4294967296 ? 1 : 0));
            }

            return plan!;
        }
    }

    private sealed class DropoutCase : FloatingCase
    {
        public override string Name => "dropout";

        public override string Family => "random";

        public override IReadOnlyList<CaseShape> Shapes => RandomShapes;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var position = Position(inputs);
            var p = ProbabilityAtAnOutput(position);
            var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
            var dy = inputs.Input<T>(inputs.Lengths);
            var inPlace = inputs.Input(x.Data, inputs.Lengths).Tensor;
            var (y, dx) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            var (copy, zeros) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
            return new CasePlan(() => x.Tensor.Dropout(p, position, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
                .Expect(y, () => Dropped(x.Values, p))
                .Also(() => dy.Tensor.DropoutGradient(p + Step, position, dx))
                .Also(() => inPlace.Dropout(p, position, inPlace))
                .Also(() => x.Tensor.Dropout(0, position, copy))
                .Also(() => x.Tensor.Dropout(1, position, zeros))
                .Expect(dx, () => Dropped(dy.Values, p + Step))
                .Expect(inPlace, () => Dropped(x.Values, p))
                .Expect(copy, () => x.Values)
                .Expect(zeros, () => new double[x.Data.Length]);

            double[] Dropped(double[] values, double probability) =>
                Elements(values.Length, i => PhiloxReference.Output(position, i) < probability * 4294967296 ? 0 : values[i] * (1 / (1 - probability)));
        }
    }

    private sealed class PermutationCase : OpCase
    {
        public override string Name => "permutation";

        public override string Family => "random";

        public override IReadOnlyList<ElementKind> Types => [ElementKind.Int32, ElementKind.Int64];

        // Around the powers of two at which a bit is added, and the 256 indices below which none is left out.
        public override IReadOnlyList<CaseShape> Shapes => [new(0), new(1), new(2), new(33), new(256), new(257), new(512), new(7, 129), new([1025], CaseLayout.Unaligned), new([5, 37], CaseLayout.Strided), new(20_003)];

        public override IReadOnlyList<CaseShape> BenchShapes => [new(1 << 20)];

        public override CasePlan Plan(ElementKind kind, CaseInputs inputs)
        {
            var position = Position(inputs);
            return kind == ElementKind.Int32
                ? Plan(inputs, position, inputs.Output<int>(inputs.Lengths), y => y.FillPermutation(position))
                : Plan(inputs, position, inputs.Output<long>(inputs.Lengths), y => y.FillPermutation(position));
        }

        private static CasePlan Plan<T>(CaseInputs inputs, PhiloxState position, DeviceTensor<T> y, Action<DeviceTensor<T>> fill) where T : unmanaged, IBinaryInteger<T> =>
            new CasePlan(() => fill(y), (double)y.FlattenedLength * ElementType<T>.Size)
                .Expect(y, () => Elements(inputs.Shape.Count, i => PhiloxReference.Permuted(position, i, inputs.Shape.Count)));
    }
}
