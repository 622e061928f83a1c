namespace CudaKernels.Catalog.Cases;

/// <summary>The operations on masks.</summary>
internal static class LogicalCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        new LogicalAndCase(),
        new LogicalOrCase(),
        new LogicalXorCase(),
        new LogicalNotCase(),
    ];

    private sealed class LogicalAndCase : MaskCase
    {
        public override string Name => "logical-and";

        protected override bool Reference(bool a, bool b) => a & b;

        protected override void Run(DeviceTensor<bool> a, DeviceTensor<bool> b, DeviceTensor<bool> y) => a.LogicalAnd(b, y);
    }

    private sealed class LogicalOrCase : MaskCase
    {
        public override string Name => "logical-or";

        protected override bool Reference(bool a, bool b) => a | b;

        protected override void Run(DeviceTensor<bool> a, DeviceTensor<bool> b, DeviceTensor<bool> y) => a.LogicalOr(b, y);
    }

    private sealed class LogicalXorCase : MaskCase
    {
        public override string Name => "logical-xor";

        protected override bool Reference(bool a, bool b) => a ^ b;

        protected override void Run(DeviceTensor<bool> a, DeviceTensor<bool> b, DeviceTensor<bool> y) => a.LogicalXor(b, y);
    }

    private sealed class LogicalNotCase : MaskCase
    {
        public override string Name => "logical-not";

        protected override bool Reference(bool a, bool b) => !a;

        protected override void Run(DeviceTensor<bool> a, DeviceTensor<bool> b, DeviceTensor<bool> y) => a.LogicalNot(y);
    }
}

/// <summary>A mask y = f(a, b), with b broadcast; a function of one mask ignores b.</summary>
internal abstract class MaskCase : OpCase
{
    public override string Family => "elementwise";

    public override IReadOnlyList<ElementKind> Types => [ElementKind.Boolean];

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected abstract bool Reference(bool a, bool b);

    protected abstract void Run(DeviceTensor<bool> a, DeviceTensor<bool> b, DeviceTensor<bool> y);

    public sealed override CasePlan Plan(ElementKind kind, CaseInputs inputs)
    {
        var a = inputs.Input<bool>(inputs.Lengths);
        var b = inputs.Input<bool>(Broadcast.Row(inputs.Lengths));
        var y = inputs.Output<bool>(inputs.Lengths);
        return new CasePlan(() => Run(a.Tensor, b.Tensor, y), 3.0 * a.Data.Length)
            .Expect(y, () => [.. a.Data.Select((value, i) => Reference(value, b.Data[i % b.Data.Length]) ? 1.0 : 0.0)]);
    }
}
