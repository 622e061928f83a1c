using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The elementwise operations of one operand.</summary>
internal static class UnaryCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new ExpCase(),
        new LogCase(),
        new SqrtCase(),
        new ReciprocalSqrtCase(),
        new ReciprocalCase(),
        new SinCase(),
        new CosCase(),
        new ErfCase(),
        new AbsCase(),
        new FloorCase(),
        new NegateCase(),
        new ClampCase(),
        new BiasCase(),
    ];

    private sealed class ExpCase : FloatingUnaryCase
    {
        public override string Name => "exp";

        // e^x multiplies the rounding of x·log2(e) by up to |x|, which is 88 at the end of the float range.
        protected override (double, double) Range => (-20, 20);

        protected override double Reference(double x) => Math.Exp(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Exp(y);
    }

    private sealed class LogCase : FloatingUnaryCase
    {
        public override string Name => "log";

        // Wide enough for exponents of both signs; below 0 come the special values.
        protected override (double, double) Range => (0.01, 100);

        protected override double Reference(double x) => Math.Log(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Log(y);
    }

    private sealed class SqrtCase : FloatingUnaryCase
    {
        public override string Name => "sqrt";

        protected override (double, double) Range => (0, 100);

        protected override double Reference(double x) => Math.Sqrt(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Sqrt(y);
    }

    private sealed class ReciprocalSqrtCase : FloatingUnaryCase
    {
        public override string Name => "rsqrt";

        protected override (double, double) Range => (0.01, 100);

        protected override double Reference(double x) => 1 / Math.Sqrt(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.ReciprocalSqrt(y);
    }

    private sealed class ReciprocalCase : FloatingUnaryCase
    {
        public override string Name => "reciprocal";

        protected override (double, double) Range => (-10, 10);

        protected override double Reference(double x) => 1 / x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Reciprocal(y);
    }

    private sealed class SinCase : FloatingUnaryCase
    {
        public override string Name => "sin";

        protected override (double, double) Range => (-100, 100);

        protected override double Reference(double x) => Math.Sin(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Sin(y);
    }

    private sealed class CosCase : FloatingUnaryCase
    {
        public override string Name => "cos";

        protected override (double, double) Range => (-100, 100);

        protected override double Reference(double x) => Math.Cos(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Cos(y);
    }

    private sealed class ErfCase : FloatingUnaryCase
    {
        public override string Name => "erf";

        protected override double Reference(double x) => Reference64.Erf(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Erf(y);
    }

    private sealed class FloorCase : FloatingUnaryCase
    {
        public override string Name => "floor";

        protected override double Reference(double x) => Math.Floor(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Floor(y);
    }

    private sealed class AbsCase : NumericUnaryCase
    {
        public override string Name => "abs";

        protected override double Reference(double x) => Math.Abs(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Abs(y);
    }

    private sealed class NegateCase : NumericUnaryCase
    {
        public override string Name => "negate";

        protected override double Reference(double x) => -x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Negate(y);
    }

    private sealed class BiasCase : FloatingCase
    {
        public override string Name => "bias";

        public override string Family => "elementwise";

        public override IReadOnlyList<CaseShape> Shapes => CaseShape.Rows;

        protected override CasePlan Plan<T>(CaseInputs inputs)
        {
            var x = inputs.Input<T>(inputs.Lengths);
            var bias = inputs.Input<T>([inputs.Lengths[^1]]);
            var y = inputs.Output<T>(inputs.Lengths);
            return new CasePlan(() => x.Tensor.AddBias(bias.Tensor, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
                .Expect(y, () => [.. x.Values.Select((value, i) => value + bias.Values[i % bias.Values.Length])]);
        }
    }

    private sealed class ClampCase : NumericUnaryCase
    {
        public override string Name => "clamp";

        protected override double Reference(double x) => x < 1 ? 1 : x > 3 ? 3 : x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Clamp(T.CreateTruncating(1), T.CreateTruncating(3), y);
    }
}

/// <summary>y = f(x) over the floating types.</summary>
internal abstract class FloatingUnaryCase : FloatingCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected virtual (double Low, double High) Range => (-4, 4);

    protected abstract double Reference(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High, withSpecials: true);
        var y = inputs.Output<T>(inputs.Lengths);
        return new CasePlan(() => Run(x.Tensor, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(y, () => WideReference.Map(x.Values, (value, _) => Reference(value)));
    }
}

/// <summary>y = f(x) over all numbers.</summary>
internal abstract class NumericUnaryCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected virtual (double Low, double High) Range => (-100, 100);

    protected abstract double Reference(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High, withSpecials: true);
        var y = inputs.Output<T>(inputs.Lengths);
        return new CasePlan(() => Run(x.Tensor, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(y, () => Array.ConvertAll(x.Values, value => WrappedInteger.Of<T>(Reference(value))));
    }
}
