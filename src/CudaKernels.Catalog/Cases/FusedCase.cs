namespace CudaKernels.Catalog.Cases;

/// <summary>An expression of several operations in one kernel: silu(x·a + b)·0.5 + x, dense and with a broadcast operand.</summary>
internal sealed class FusedCase : FloatingCase
{
    public override string Name => "fused";

    public override string Family => "elementwise";

    public override IReadOnlyList<CaseShape> Shapes => CaseShape.Elementwise;

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var operation = inputs.Own(FusedOperation<T>.Create((x, a, b) => ((x * a) + b).Silu() * 0.5 + x));
        var x = inputs.Input<T>(inputs.Lengths, withSpecials: true);

        // Below 0, so that the largest number among the special values does not overflow, which it would not do in float64.
        var a = inputs.Input<T>(inputs.Lengths, -1, -0.1);
        var row = inputs.Input<T>(Broadcast.Row(inputs.Lengths), -1, -0.1);
        var b = inputs.Input<T>(inputs.Lengths);
        var (y, broadcast) = (inputs.Output<T>(inputs.Lengths), inputs.Output<T>(inputs.Lengths));
        return new CasePlan(() => operation.ComputeInto(y, x.Tensor, a.Tensor, b.Tensor), 4.0 * x.Data.Length * ElementType<T>.Size, 5.0 * x.Data.Length)
            .Expect(y, () => Reference(x.Values, a.Values, b.Values), scale: () => Magnitude(x.Values, a.Values, b.Values))
            .Also(() => operation.ComputeInto(broadcast, x.Tensor, row.Tensor, b.Tensor))
            .Expect(broadcast, () => Reference(x.Values, Broadcast.Expand(row.Values, x.Values.Length), b.Values), scale: () => Magnitude(x.Values, Broadcast.Expand(row.Values, x.Values.Length), b.Values));
    }

    private static double[] Reference(double[] x, double[] a, double[] b) => [.. x.Select((value, i) => (Silu((value * a[i]) + b[i]) * 0.5) + value)];

    // Sums cancel: what they are of is what their rounding grows from.
    private static double[] Magnitude(double[] x, double[] a, double[] b) => [.. x.Select((value, i) => Math.Abs(value * a[i]) + Math.Abs(b[i]) + Math.Abs(value))];

    private static double Silu(double x) => double.IsNegativeInfinity(x) ? 0 : x / (1 + Math.Exp(-x));
}
