using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The tests of one floating operand into a mask.</summary>
internal static class ElementTestCases
{
    public static IReadOnlyList<OpCase> All { get; } = [new IsNaNCase(), new IsFiniteCase()];

    private sealed class IsNaNCase : ElementTestCase
    {
        public override string Name => "is-nan";

        protected override bool Reference(double x) => double.IsNaN(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<bool> y) => x.IsNaN(y);
    }

    private sealed class IsFiniteCase : ElementTestCase
    {
        public override string Name => "is-finite";

        protected override bool Reference(double x) => double.IsFinite(x);

        protected override void Run<T>(DeviceTensor<T> x, DeviceTensor<bool> y) => x.IsFinite(y);
    }
}

/// <summary>A mask y = f(x) over the floating types.</summary>
internal abstract class ElementTestCase : FloatingCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected abstract bool Reference(double x);

    protected abstract void Run<T>(DeviceTensor<T> x, DeviceTensor<bool> y) where T : unmanaged, IFloatingPointIeee754<T>;

    protected sealed override CasePlan Plan<T>(CaseInputs inputs)
    {
        var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);
        var y = inputs.Output<bool>(inputs.Lengths);
        return new CasePlan(() => Run(x.Tensor, y), x.Data.Length * (ElementType<T>.Size + 1.0), x.Data.Length)
            .Expect(y, () => WideReference.Map(x.Values, (value, _) => Reference(value) ? 1 : 0));
    }
}
