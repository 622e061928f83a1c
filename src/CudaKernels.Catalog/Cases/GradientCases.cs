using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The gradients of the activation functions.</summary>
internal static class GradientCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new ReluGradientCase(),
        new LeakyReluGradientCase(),
        new EluGradientCase(),
        new SigmoidGradientCase(),
        new TanhGradientCase(),
        new SiluGradientCase(),
        new SoftplusGradientCase(),
        new GeluGradientCase(),
        new GeluTanhGradientCase(),
    ];

    private sealed class ReluGradientCase : GradientCase
    {
        public override string Name => "relu-gradient";

        protected override double Derivative(double x) => x > 0 ? 1 : 0;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.ReluGradient(dy, dx);
    }

    private sealed class LeakyReluGradientCase : GradientCase
    {
        public override string Name => "leaky-relu-gradient";

        protected override double Derivative(double x) => x > 0 ? 1 : 0.1;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.LeakyReluGradient(dy, 0.1, dx);
    }

    private sealed class EluGradientCase : GradientCase
    {
        public override string Name => "elu-gradient";

        protected override double Derivative(double x) => x > 0 ? 1 : 1.5 * Math.Exp(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.EluGradient(dy, 1.5, dx);
    }

    private sealed class SigmoidGradientCase : GradientCase
    {
        public override string Name => "sigmoid-gradient";

        protected override (double, double) Range => (0, 1);

        protected override double Derivative(double y) => y * (1 - y);

        protected override void Run<T>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx) => y.SigmoidGradient(dy, dx);
    }

    private sealed class TanhGradientCase : GradientCase
    {
        public override string Name => "tanh-gradient";

        protected override (double, double) Range => (-1, 1);

        protected override double Derivative(double y) => 1 - (y * y);

        protected override void Run<T>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx) => y.TanhGradient(dy, dx);
    }

    private sealed class SiluGradientCase : GradientCase
    {
        public override string Name => "silu-gradient";

        protected override bool HasInfinities => true;

        protected override (double, double) Range => (-20, 20);

        protected override double Derivative(double x)
        {
            var s = 1 / (1 + Math.Exp(-x));
            return s * (1 + (x * (1 - s)));
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.SiluGradient(dy, dx);
    }

    private sealed class SoftplusGradientCase : GradientCase
    {
        public override string Name => "softplus-gradient";

        protected override (double, double) Range => (-20, 20);

        protected override double Derivative(double x) => 1 / (1 + Math.Exp(-x));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.SoftplusGradient(dy, dx);
    }

    private sealed class GeluGradientCase : GradientCase
    {
        public override string Name => "gelu-gradient";

        protected override bool HasInfinities => true;

        protected override double Derivative(double x) => Reference64.NormalDistribution(x) + (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.GeluGradient(dy, GeluApproximation.None, dx);
    }

    private sealed class GeluTanhGradientCase : GradientCase
    {
        public override string Name => "gelu-tanh-gradient";

        protected override bool HasInfinities => true;

        public override string KernelFile => "elementwise/gelu_gradient.cu";

        protected override double Derivative(double x)
        {
            var tanh = Math.Tanh(Reference64.GeluTanhArgument(x));
            var slope = Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x));
            return 0.5 * (1 + tanh + (x * (1 - (tanh * tanh)) * slope));
        }

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) => x.GeluGradient(dy, GeluApproximation.Tanh, dx);
    }
}

/// <summary>dx = dy·f'(x) over the floating types.</summary>
internal abstract class GradientCase : FloatingCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected virtual (double Low, double High) Range => (-4, 4);

    /// <summary>Whether the derivative goes to 0 and 1 at the two infinities, and both are among the inputs.</summary>
    protected virtual bool HasInfinities => false;

    protected abstract double Derivative(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<T> dy, DeviceTensor<T> dx) where T : unmanaged, IFloatingPointIeee754<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var data = inputs.Input<T>(inputs.Lengths, Range.Low, Range.High).Data;
        if (data.Length > 2)
        {
            data[data.Length / 2] = T.Zero; // where the pieces of a function meet
        }

        if (HasInfinities && data.Length > 1)
        {
            (data[0], data[^1]) = (T.NegativeInfinity, T.PositiveInfinity);
        }

        var x = inputs.Input(data, inputs.Lengths);
        var dy = inputs.Input<T>(inputs.Lengths, -2, 2);
        var dx = inputs.Output<T>(inputs.Lengths);
        return new CasePlan(() => Run(x.Tensor, dy.Tensor, dx), 3.0 * x.Data.Length * ElementType<T>.Size, x.Data.Length)
            .Expect(dx, () => [.. x.Values.Select((value, i) => dy.Values[i] * (double.IsInfinity(value) ? value > 0 ? 1 : 0 : Derivative(value)))]);
    }
}
