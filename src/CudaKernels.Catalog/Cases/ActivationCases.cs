namespace CudaKernels.Catalog.Cases;

/// <summary>The activation functions.</summary>
internal static class ActivationCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new ReluCase(),
        new LeakyReluCase(),
        new EluCase(),
        new SigmoidCase(),
        new TanhCase(),
        new SiluCase(),
        new SoftplusCase(),
        new GeluCase(),
        new GeluTanhCase(),
    ];

    private sealed class ReluCase : NumericUnaryCase
    {
        public override string Name => "relu";

        protected override double Reference(double x) => x < 0 ? 0 : x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Relu(y);
    }

    private sealed class LeakyReluCase : FloatingUnaryCase
    {
        public override string Name => "leaky-relu";

        protected override double Reference(double x) => x > 0 ? x : 0.1 * x;

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.LeakyRelu(0.1, y);
    }

    private sealed class EluCase : FloatingUnaryCase
    {
        public override string Name => "elu";

        protected override double Reference(double x) => x > 0 ? x : 1.5 * Reference64.ExpM1(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Elu(1.5, y);
    }

    private sealed class SigmoidCase : FloatingUnaryCase
    {
        public override string Name => "sigmoid";

        protected override (double, double) Range => (-20, 20);

        protected override double Reference(double x) => 1 / (1 + Math.Exp(-x));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Sigmoid(y);
    }

    private sealed class TanhCase : FloatingUnaryCase
    {
        public override string Name => "tanh";

        protected override double Reference(double x) => Math.Tanh(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Tanh(y);
    }

    private sealed class SiluCase : FloatingUnaryCase
    {
        public override string Name => "silu";

        protected override (double, double) Range => (-20, 20);

        protected override double Reference(double x) => double.IsNegativeInfinity(x) ? 0 : x / (1 + Math.Exp(-x));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Silu(y);
    }

    private sealed class SoftplusCase : FloatingUnaryCase
    {
        public override string Name => "softplus";

        protected override (double, double) Range => (-20, 20);

        protected override double Reference(double x) => Math.Max(x, 0) + Reference64.LogP1(Math.Exp(-Math.Abs(x)));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Softplus(y);
    }

    private sealed class GeluCase : FloatingUnaryCase
    {
        public override string Name => "gelu";

        protected override double Reference(double x) => double.IsNegativeInfinity(x) ? 0 : x * Reference64.NormalDistribution(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Gelu(GeluApproximation.None, y);
    }

    private sealed class GeluTanhCase : FloatingUnaryCase
    {
        public override string Name => "gelu-tanh";

        public override string KernelFile => "elementwise/gelu.cu";

        protected override double Reference(double x) => double.IsNegativeInfinity(x) ? 0 : x / (1 + Math.Exp(-2 * Reference64.GeluTanhArgument(x)));

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<T> y) => x.Gelu(GeluApproximation.Tanh, y);
    }
}
