using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The reductions along any axes.</summary>
internal static class ReductionCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new SumCase(),
        new ProductCase(),
        new MeanCase(),
        new ExtremeCase(largest: true),
        new ExtremeCase(largest: false),
        new IndexCase(largest: true),
        new IndexCase(largest: false),
        new VarianceCase(correction: 0),
        new VarianceCase(correction: 1),
        new NormCase(order: 1),
        new NormCase(order: 2),
        new MaskCase(every: false),
        new MaskCase(every: true),
    ];

    // Two are split over more blocks than one thread joins, along a row and along columns. The last one has as many rows as have a warp each although a block could reduce one.
    private static IReadOnlyList<CaseShape> ReducedShapes { get; } =
    [
        new(1),
        new(33),
        new(3, 0, 5),
        new(7, 129),
        new([5, 3, 37], CaseLayout.Strided),
        new([4, 65], CaseLayout.Unaligned),
        new(2, 40, 3, 35),
        new(3, 1_500),
        new(1_200, 24),
        new(1, 150_001),
        new(60_000, 3),
        new(2_049, 1_031),
    ];

    // The two last are split over several blocks: along a row, over more than one thread joins, and along columns that move in vectors, into shares of different lengths.
    private static IReadOnlyList<CaseShape> RaggedReducedShapes { get; } =
    [
        new(1),
        new(33),
        new(3, 0, 5),
        new([3, 37], CaseLayout.Strided),
        new([4, 65], CaseLayout.Unaligned),
        new(2, 33, 3, 2),
        new(2, 3, 32),
        new(2, 3, 256),
        new([5, 16], CaseLayout.Unaligned),
        new(2, 1_048),
        new(13, 264),
        new(147_457),
        new(2_051, 16),
    ];

    private abstract class NumericReduction : NumericCase
    {
        public sealed override string Family => "reductions";

        public sealed override IReadOnlyList<CaseShape> Shapes => ReducedShapes;

        public sealed override IReadOnlyList<CaseShape> RaggedShapes => RaggedReducedShapes;

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);
    }

    private abstract class FloatingReduction : FloatingCase
    {
        public sealed override string Family => "reductions";

        public sealed override IReadOnlyList<CaseShape> Shapes => ReducedShapes;

        public sealed override IReadOnlyList<CaseShape> RaggedShapes => RaggedReducedShapes;

        public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

        /// <summary>An input with a NaN and an infinity in it, in different rows where there are rows.</summary>
        protected static CaseTensor<T> WithNonFinite<T>(CaseInputs inputs, double low, double high) where T : unmanaged
        {
            var data = inputs.Input<T>(inputs.Lengths, low, high).Data;
            if (data.Length > 1)
            {
                data[0] = CaseElement.FromDouble<T>(double.NegativeInfinity);
                data[^1] = CaseElement.FromDouble<T>(double.NaN);
            }

            return inputs.Input(data, inputs.Lengths);
        }
    }

    private sealed class SumCase : NumericReduction
    {
        public override string Name => "sum";

        protected override CasePlan Plan<T>(CaseInputs inputs) =>
            new ReductionRun<T, T>((x, axes, y) => x.Sum(axes, y), (x, axes) => x.Sum(axes, keepDimensions: true), group => Wrapped<T>(group.Sum())) { Scale = group => group.Sum(Math.Abs) }
                .Plan(inputs, inputs.Input<T>(inputs.Lengths, 0, 3), inputs.Input<T>(inputs.Lengths, 0, 3, withSpecials: true));

        private static double Wrapped<T>(double value) =>
            typeof(T) == typeof(sbyte) ? unchecked((sbyte)(long)value) : typeof(T) == typeof(byte) ? unchecked((byte)(long)value) : value;
    }

    private sealed class ProductCase : NumericReduction
    {
        public override string Name => "product";

        // Magnitudes around 1 (integers: 1 to 3, which wrap around), so that long products neither vanish nor overflow at once.
        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var floating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
            var data = Array.ConvertAll(inputs.Input<T>(inputs.Lengths, 0, 3).Data, value => CaseElement.FromDouble<T>(floating ? 0.9 + (CaseElement.ToDouble(value) / 15) : Math.Floor(CaseElement.ToDouble(value)) + 1));
            var x = inputs.Input(data, inputs.Lengths);
            var run = new ReductionRun<T, T>((x, axes, y) => x.Product(axes, y), (x, axes) => x.Product(axes, keepDimensions: true), group => Reference<T>(group, floating));
            if (!floating || data.Length < 2)
            {
                return run.Plan(inputs, x);
            }

            T[] special = [.. data];
            (special[0], special[^1]) = (CaseElement.FromDouble<T>(double.NegativeInfinity), CaseElement.FromDouble<T>(double.NaN));
            return run.Plan(inputs, x, inputs.Input(special, inputs.Lengths));
        }

        private static double Reference<T>(double[] group, bool floating) where T : unmanaged => floating
            ? group.Aggregate(1.0, (a, b) => a * b)
            : WrappedInteger.Of<T>(group.Aggregate(1L, (a, b) => unchecked(a * (long)b)));
    }

    private sealed class MeanCase : FloatingReduction
    {
        public override string Name => "mean";

        protected override CasePlan Plan<T>(CaseInputs inputs) =>
            new ReductionRun<T, T>((x, axes, y) => x.Mean(axes, y), (x, axes) => x.Mean(axes, keepDimensions: true), group => group.Sum() / group.Length) { Scale = group => group.Sum(Math.Abs) / group.Length }
                .Plan(inputs, inputs.Input<T>(inputs.Lengths), inputs.Input<T>(inputs.Lengths, withSpecials: true));
    }

    private sealed class ExtremeCase(bool largest) : NumericReduction
    {
        public override string Name => largest ? "max" : "min";

        protected override CasePlan Plan<T>(CaseInputs inputs) =>
            new ReductionRun<T, T>(
                (x, axes, y) =>
                {
                    if (largest)
                    {
                        x.Max(axes, y);
                    }
                    else
                    {
                        x.Min(axes, y);
                    }
                },
                (x, axes) => largest ? x.Max(axes, keepDimensions: true) : x.Min(axes, keepDimensions: true),
                group => group.Aggregate(largest ? Math.Max : Math.Min))
            { AllowsEmpty = false }
                .Plan(inputs, inputs.Input<T>(inputs.Lengths, -100, 100), inputs.Input<T>(inputs.Lengths, -100, 100, withSpecials: true));
    }

    private sealed class IndexCase(bool largest) : NumericReduction
    {
        public override string Name => largest ? "argmax" : "argmin";

        // Whole numbers of a small range, so that the extreme stands in several places.
        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var repeated = Array.ConvertAll(inputs.Input<T>(inputs.Lengths).Data, value => CaseElement.FromDouble<T>(Math.Round(CaseElement.ToDouble(value))));
            return new ReductionRun<T, long>(Run, Allocate, group => group.Index().Aggregate((best, next) => Beats(next.Item, best.Item) ? next : best).Index) { AllowsEmpty = false, OneAxis = true }
                .Plan(inputs, inputs.Input(repeated, inputs.Lengths), inputs.Input<T>(inputs.Lengths, withSpecials: true));
        }

        private void Run<T>(DeviceTensor<T> x, int[] axes, DeviceTensor<long> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            switch (axes.Length, largest)
            {
                case (0, true):
                    x.ArgMax(y);
                    break;
                case (0, false):
                    x.ArgMin(y);
                    break;
                case (_, true):
                    x.ArgMax(axes[0], y);
                    break;
                default:
                    x.ArgMin(axes[0], y);
                    break;
            }
        }

        private DeviceTensor<long> Allocate<T>(DeviceTensor<T> x, int[] axes) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (axes.Length == 1)
            {
                return largest ? x.ArgMax(axes[0], keepDimension: true) : x.ArgMin(axes[0], keepDimension: true);
            }

            using var scalar = largest ? x.ArgMax() : x.ArgMin();
            return scalar.Reshape(Enumerable.Repeat((nint)1, x.Rank).ToArray());
        }

        private bool Beats(double next, double best) =>
            !double.IsNaN(best) && (double.IsNaN(next) || Order(next).CompareTo(Order(best)) * (largest ? 1 : -1) > 0);

        // -0 is below +0, and both between the subnormals.
        private static (double Value, int Sign) Order(double value) => (value, double.IsNegative(value) ? -1 : 1);
    }

    private sealed class VarianceCase(int correction) : FloatingReduction
    {
        public override string Name => correction == 0 ? "variance" : "sample-variance";

        public override string KernelFile => "reductions/variance.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs) =>
            new ReductionRun<T, T>((x, axes, y) => x.Variance(axes, y, correction), (x, axes) => x.Variance(axes, correction, keepDimensions: true), Reference)
                .Plan(inputs, inputs.Input<T>(inputs.Lengths, 4, 8), WithNonFinite<T>(inputs, 4, 8));

        private double Reference(double[] group)
        {
            if (group.Length <= correction)
            {
                return double.NaN;
            }

            var mean = group.Sum() / group.Length;
            return group.Sum(value => (value - mean) * (value - mean)) / (group.Length - correction);
        }
    }

    private sealed class NormCase(int order) : FloatingReduction
    {
        public override string Name => $"norm{order}";

        public override string KernelFile => "reductions/norm.cu";

        protected override CasePlan Plan<T>(CaseInputs inputs) =>
            new ReductionRun<T, T>(
                (x, axes, y) => x.Norm(axes, y, order),
                (x, axes) => x.Norm(axes, order, keepDimensions: true),
                group => order == 1 ? group.Sum(Math.Abs) : Math.Sqrt(group.Sum(value => value * value)))
                .Plan(inputs, inputs.Input<T>(inputs.Lengths), WithNonFinite<T>(inputs, -4, 4));
    }

    private sealed class MaskCase(bool every) : AnyCase
    {
        public override string Name => every ? "all" : "any";

        public override string Family => "reductions";

        public override IReadOnlyList<ElementKind> Types => [ElementKind.Boolean];

        public override IReadOnlyList<CaseShape> Shapes => ReducedShapes;

        public override IReadOnlyList<CaseShape> RaggedShapes => RaggedReducedShapes;

        // One in thirty elements decides, so that groups of a few dozen come out either way; groups of thousands need a mask of one kind.
        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var count = (int)inputs.Lengths.Aggregate((nint)1, (product, length) => product * length);
            var rare = Enumerable.Range(0, count).Select(_ => inputs.Random.Next(30) == 0 ? !every : every).ToArray();
            var last = Enumerable.Range(0, count).Select(i => i == count - 1 ? !every : every).ToArray();
            var none = Enumerable.Repeat(every, count).ToArray();
            return new ReductionRun<bool, bool>(
                (x, axes, y) =>
                {
                    if (every)
                    {
                        x.All(axes, y);
                    }
                    else
                    {
                        x.Any(axes, y);
                    }
                },
                (x, axes) => every ? x.All(axes, keepDimensions: true) : x.Any(axes, keepDimensions: true),
                group => (every ? group.All(value => value != 0) : group.Any(value => value != 0)) ? 1 : 0)
                .Plan(inputs, inputs.Input(rare, inputs.Lengths), inputs.Input(last, inputs.Lengths), inputs.Input(none, inputs.Lengths));
        }
    }
}
