using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The comparisons of two operands into a mask.</summary>
internal static class ComparisonCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new GreaterCase(),
        new GreaterOrEqualCase(),
        new LessCase(),
        new LessOrEqualCase(),
        new EqualCase(),
        new NotEqualCase(),
    ];

    private sealed class GreaterCase : ComparisonCase
    {
        public override string Name => "greater";

        protected override bool Reference(double a, double b) => a > b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.Greater(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.Greater(b, y);
    }

    private sealed class GreaterOrEqualCase : ComparisonCase
    {
        public override string Name => "greater-or-equal";

        protected override bool Reference(double a, double b) => a >= b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.GreaterOrEqual(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.GreaterOrEqual(b, y);
    }

    private sealed class LessCase : ComparisonCase
    {
        public override string Name => "less";

        protected override bool Reference(double a, double b) => a < b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.Less(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.Less(b, y);
    }

    private sealed class LessOrEqualCase : ComparisonCase
    {
        public override string Name => "less-or-equal";

        protected override bool Reference(double a, double b) => a <= b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.LessOrEqual(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.LessOrEqual(b, y);
    }

    private sealed class EqualCase : ComparisonCase
    {
        public override string Name => "equal";

        protected override bool Reference(double a, double b) => a == b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.Equal(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.Equal(b, y);
    }

    private sealed class NotEqualCase : ComparisonCase
    {
        public override string Name => "not-equal";

        protected override bool Reference(double a, double b) => a != b;

        protected override void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) => a.NotEqual(b, y);

        protected override void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) => a.NotEqual(b, y);
    }
}

/// <summary>A mask y = a ? b over all numbers.</summary>
internal abstract class ComparisonCase : NumericCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected abstract bool Reference(double a, double b);

    protected abstract void Run<T>(DeviceTensor<T> a, DeviceTensor<T> b, DeviceTensor<bool> y) where T : unmanaged, INumber<T>;

    protected abstract void Run<T>(DeviceTensor<T> a, T b, DeviceTensor<bool> y) where T : unmanaged, INumber<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var a = inputs.Input<T>(inputs.Lengths, 0, 5, withSpecials: true);
        var b = inputs.Input<T>(Broadcast.Row(inputs.Lengths), 0, 5, withSpecials: true);
        var scalar = T.CreateTruncating(2);
        var mask = inputs.Output<bool>(inputs.Lengths);
        var scalarMask = inputs.Output<bool>(inputs.Lengths);
        return new CasePlan(() => Run(a.Tensor, b.Tensor, mask), a.Data.Length * ((2.0 * ElementType<T>.Size) + 1), a.Data.Length)
            .Expect(mask, () =>
            {
                var right = Broadcast.Expand(b.Values, a.Values.Length);
                return [.. a.Values.Select((value, i) => Reference(value, right[i]) ? 1.0 : 0.0)];
            })
            .Also(() => Run(a.Tensor, scalar, scalarMask))
            .Expect(scalarMask, () => [.. a.Values.Select(value => Reference(value, 2) ? 1.0 : 0.0)]);
    }
}
