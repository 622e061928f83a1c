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
        new CeilingCase(),
        new RoundCase(),
        new TruncateCase(),
        new SignCase(),
        new Log1PCase(),
        new ExpM1Case(),
        new TanCase(),
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

        protected override bool IsExact => true;

        protected override double Reference(double x) => Math.Floor(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Floor(y);
    }

    private sealed class CeilingCase : FloatingUnaryCase
    {
        public override string Name => "ceiling";

        protected override bool IsExact => true;

        protected override double Reference(double x) => Math.Ceiling(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Ceiling(y);
    }

    private sealed class RoundCase : FloatingUnaryCase
    {
        public override string Name => "round";

        protected override bool IsExact => true;

        // Halves of even and of odd numbers.
        protected override Func<double, int, double> Placed => (x, place) => place % 2 == 0 ? x : Math.Floor(x) + 0.5;

        protected override double Reference(double x) => Math.Round(x, MidpointRounding.ToEven);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Round(y);
    }

    private sealed class TruncateCase : FloatingUnaryCase
    {
        public override string Name => "truncate";

        protected override bool IsExact => true;

        protected override double Reference(double x) => Math.Truncate(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Truncate(y);
    }

    private sealed class Log1PCase : FloatingUnaryCase
    {
        public override string Name => "log1p";

        protected override (double, double) Range => (-0.95, 20);

        protected override double ErrorFloor => NearZero.ErrorFloor;

        protected override Func<double, int, double> Placed => NearZero.Placed;

        protected override double Reference(double x) => Reference64.LogP1(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Log1P(y);
    }

    private sealed class ExpM1Case : FloatingUnaryCase
    {
        public override string Name => "expm1";

        protected override (double, double) Range => (-20, 20);

        protected override double ErrorFloor => NearZero.ErrorFloor;

        protected override Func<double, int, double> Placed => NearZero.Placed;

        protected override double Reference(double x) => Reference64.ExpM1(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.ExpM1(y);
    }

    private sealed class TanCase : FloatingUnaryCase
    {
        public override string Name => "tan";

        protected override (double, double) Range => (-100, 100);

        protected override double Reference(double x) => Math.Tan(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Tan(y);
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

    private sealed class SignCase : NumericUnaryCase
    {
        public override string Name => "sign";

        // Integers of both signs, and many zeros.
        protected override (double, double) Range => (-2, 2);

        protected override bool IsExact => true;

        protected override double Reference(double x) => double.IsNaN(x) || x == 0 ? x : Math.Sign(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Sign(y);
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

    public override double Tolerance(ElementKind kind) => IsExact ? 0 : base.Tolerance(kind);

    protected virtual (double Low, double High) Range => (-4, 4);

    /// <summary>Whether nothing is rounded, and zeros have their sign.</summary>
    protected virtual bool IsExact => false;

    /// <summary>What is added to a result's magnitude before an error is related to it.</summary>
    protected virtual double ErrorFloor => 1;

    /// <summary>The inputs of a check from random ones and their places; null for those of the range.</summary>
    protected virtual Func<double, int, double>? Placed => null;

    protected abstract double Reference(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High, withSpecials: true);
        if (inputs.HasSpecials && Placed is { } placed)
        {
            x = inputs.Input([.. x.Values.Select((value, i) => CaseElement.FromDouble<T>(placed(value, i)))], inputs.Lengths);
        }

        var y = inputs.Output<T>(inputs.Lengths);
        var plan = new CasePlan(() => Run(x.Tensor, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(y, () => WideReference.Map(x.Values, (value, _) => Reference(value)), ErrorFloor);
        return IsExact ? ZeroSigns.Expect(plan, inputs, y, () => Array.ConvertAll(x.Values, Reference)) : plan;
    }
}

/// <summary>y = f(x) over all numbers.</summary>
internal abstract class NumericUnaryCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    public override double Tolerance(ElementKind kind) => IsExact ? 0 : base.Tolerance(kind);

    protected virtual (double Low, double High) Range => (-100, 100);

    /// <summary>Whether nothing is rounded, and zeros have their sign.</summary>
    protected virtual bool IsExact => false;

    protected abstract double Reference(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High, withSpecials: true);
        var y = inputs.Output<T>(inputs.Lengths);
        var plan = new CasePlan(() => Run(x.Tensor, y), 2.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(y, () => Array.ConvertAll(x.Values, value => WrappedInteger.Of<T>(Reference(value))));
        return IsExact ? ZeroSigns.Expect(plan, inputs, y, () => Array.ConvertAll(x.Values, Reference)) : plan;
    }
}

/// <summary>The signs of zeros, which compare equal: 1 / ±0 is ±∞.</summary>
internal static class ZeroSigns
{
    /// <summary>Adds an output with the reciprocals of what a run has written (of integers, 0 where that is 0).</summary>
    public static CasePlan Expect<T>(CasePlan plan, CaseInputs inputs, DeviceTensor<T> y, Func<double[]> reference) where T : unmanaged, INumber<T>
    {
        var inverse = inputs.Output<T>(inputs.Lengths);
        var isFloating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
        return plan.Also(() => y.DivideInto(T.One, inverse))
            .Expect(inverse, () => Array.ConvertAll(reference(), value => isFloating ? 1 / value : value == 0 ? 0 : Math.Truncate(1 / value)));
    }
}

/// <summary>Inputs around 0, of magnitudes down to 2⁻²⁹ of a range, where a function that is nearly its argument must keep all digits.</summary>
internal static class NearZero
{
    /// <summary>Errors are relative to the result alone.</summary>
    public const double ErrorFloor = 1e-30;

    /// <summary>Numbers of the range become smaller from place to place; special values stay.</summary>
    public static double Placed(double x, int place) => Math.Abs(x) is > 1e-6 and < 1000 ? Math.ScaleB(x, -(place % 30)) : x;
}
