using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The elementwise operations of one floating operand.</summary>
internal static class UnaryCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new ExpCase(), new ClampCase(), new ReluCase(), new ReluGradientCase(), new BiasCase()];

    private sealed class ExpCase : FloatingUnaryCase
    {
        public override string Name => "exp";

        // e^x multiplies the rounding of x·log2(e) by up to |x|, which is 88 at the end of the float range.
        protected override (double, double) Range => (-20, 20);

        protected override double Reference(double x) => Math.Exp(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Exp(y);
    }

    private sealed class ReluCase : NumericUnaryCase
    {
        public override string Name => "relu";

        protected override double Reference(double x) => x < 0 ? 0 : x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Relu(y);
    }

    private sealed class ReluGradientCase : GradientCase
    {
        public override string Name => "relu-gradient";

        protected override double Derivative(double x) => x > 0 ? 1 : 0;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.ReluGradient(dy, dx);
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
            .Expect(y, () => Array.ConvertAll(x.Values, Reference));
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
            .Expect(y, () => Array.ConvertAll(x.Values, Reference));
    }
}

/// <summary>dx = dy·f'(x) over the floating types.</summary>
internal abstract class GradientCase : FloatingCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected virtual (double Low, double High) Range => (-4, 4);

    protected abstract double Derivative(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) where T : unmanaged, IFloatingPointIeee754<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High);
        var dy = inputs.Input<T>(inputs.Lengths, -2, 2);
        var dx = inputs.Output<T>(inputs.Lengths);
        return new CasePlan(() => Run(x.Tensor, dy.Tensor, dx), 3.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(dx, () => [.. x.Values.Select((value, i) => dy.Values[i] * Derivative(value))]);
    }
}
