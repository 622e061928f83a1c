namespace CudaKernels.Catalog.Cases;

/// <summary>silu(A·Gate + bias) · (A·Up) in one kernel, with weights packed in one tensor, and in two that are stored transposed with the largest elements of the rows. The shape holds m, n, k and optionally a batch.</summary>
internal sealed class GatedMatMulCase : EpilogueCase
{
    public override string Name => "gated-product";

    public override string KernelFile => "linear_algebra/gated_matmul.cu";

    // By wgmma two tiles of 128x128 and of clusters of 256x128 along either side, and more than the software device has multiprocessors for, so that a block takes a second one; by mma.sync
    // tiles of 128x64.
    public override IReadOnlyList<CaseShape> Shapes => [new(0, 5, 3), new(3, 0, 4), new(4, 5, 0), new(1, 1, 1), new(1, 1, 1, 1), new(33, 17, 5), new(130, 70, 33), new(264, 136, 24), new(9, 24, 136, 6), new(136, 8, 16, 5)];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } = [new(0, 5, 3), new(3, 0, 4), new(4, 5, 0), new(1, 1, 1), new(65, 3, 5), new(3, 35, 5), new(3, 5, 7, 2)];

    // On the ordinary units floats and doubles go to tiles of 128 rows by 512 bytes, of which either of the weights has half: see FusedMatMulCase.
    public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant.Length == 0 ? [.. Shapes, new(132, 136, 40), new(129, 67, 37), new(36, 36, 32, 2), new([64, 72, 48], CaseLayout.Unaligned)] : Shapes;

    // In rows that start at multiples of 16 bytes, and not; by mma.sync three turns of 16 columns.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } = [new(0, 5, 3), new(3, 0, 4), new(4, 5, 0), new(1, 1, 1), new(9, 18, 20), new(65, 3, 5), new(3, 35, 5), new(8, 24, 24), new(9, 16, 16, 2)];

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => Algorithm(variant) is not (MatMulAlgorithm.Simt or MatMulAlgorithm.Cublas) ? TensorCoreShapes : variant.Length == 0 ? [.. RaggedShapes, new(36, 20, 32), new(37, 17, 29)] : RaggedShapes;

    // The kernel of BFloat16 by clusters is that of one block too.
    public override bool Covers(ElementKind kind, string variant) => base.Covers(kind, variant) && !(kind == ElementKind.BFloat16 && Algorithm(variant) == MatMulAlgorithm.Wgmma);

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        nint[] batch = inputs.Lengths.Length > 3 ? [inputs.Lengths[3]] : [];
        var operation = inputs.Own(GatedMatMul<T>.Create(1, x => (x[0] + x[2]).Silu() * x[1], Algorithm(inputs.Variant), Precision(inputs.Variant)));
        // Products so small that the largest number among the special values does not overflow, which it would not do in float64.
        var a = inputs.Input<T>([.. batch, m, k], -0.4, 0.4);
        var rowsOfK = TakesRowsOfK(inputs.Variant);
        var packed = inputs.Input<T>(rowsOfK ? [2 * n, k] : [k, 2 * n], -0.2, 0.2);
        var weights = rowsOfK ? inputs.Own(packed.Tensor.TransposeView()) : packed.Tensor;
        var transposedA = inputs.Input<T>([.. batch, k, m], -0.4, 0.4);
        var (gate, up) = (inputs.Input<T>([.. batch, n, k], -0.2, 0.2), inputs.Input<T>([.. batch, n, k], -0.2, 0.2));
        var bias = inputs.Input<T>([n], withSpecials: true);
        var column = inputs.Input<T>([.. batch, m, 1], -1, 1, withSpecials: true);
        var (left, turnedGate, turnedUp) = (inputs.Own(transposedA.Tensor.TransposeView()), inputs.Own(gate.Tensor.TransposeView()), inputs.Own(up.Tensor.TransposeView()));
        var (y, turned) = (inputs.Output<T>([.. batch, m, n]), inputs.Output<T>([.. batch, m, n]));
        var size = ElementType<T>.Size;
        var (largest, largestDoubles) = (inputs.Output<float>([.. batch, m]), inputs.Output<double>([.. batch, m]));
        var plan = new CasePlan(() => operation.ComputePackedInto(y, a.Tensor, weights, bias.Tensor), size * (double)((m * k) + (2 * k * n) + (m * n) + n), 4.0 * m * n * k)
            .ExpectEach(y, First, floor: 1e-2);
        return typeof(T) == typeof(double)
            ? plan.Also(() => operation.ComputeInto(turned, largestDoubles, RowReduction.Maximum, left, turnedGate, turnedUp, column.Tensor)).ExpectEach(turned, Second, floor: 1e-2).ExpectEach(largestDoubles, Largest, floor: 1e-2)
            : plan.Also(() => operation.ComputeInto(turned, largest, RowReduction.Maximum, left, turnedGate, turnedUp, column.Tensor)).ExpectEach(turned, Second, floor: 1e-2).ExpectEach(largest, Largest, floor: 1e-2);

        (double Value, double Scale) Largest(nint row) => Reduced(RowReduction.Maximum, Second, row, n);

        (double Value, double Scale) First(nint at) => Reference(
            at, m, n, k, (z, i, p) => a.Values[(((z * m) + i) * k) + p], (_, p, j) => Packed(p, j), (_, p, j) => Packed(p, n + j), (_, _, j) => bias.Values[j]);

        double Packed(nint p, nint j) => packed.Values[rowsOfK ? (j * k) + p : (p * 2 * n) + j];

        (double Value, double Scale) Second(nint at) => Reference(
            at, m, n, k, (z, i, p) => transposedA.Values[(((z * k) + p) * m) + i], (z, p, j) => gate.Values[(((z * n) + j) * k) + p], (z, p, j) => up.Values[(((z * n) + j) * k) + p], (z, i, _) => column.Values[(z * m) + i]);
    }

    private static (double Value, double Scale) Reference(
        nint at, nint m, nint n, nint k, Func<nint, nint, nint, double> a, Func<nint, nint, nint, double> gate, Func<nint, nint, nint, double> up, Func<nint, nint, nint, double> bias)
    {
        var (z, i, j) = (at / (m * n), at / n % m, at % n);
        double first = bias(z, i, j), second = 0, firstMagnitude = Math.Abs(first), secondMagnitude = 0;
        for (nint p = 0; p < k; p++)
        {
            var (x, y) = (a(z, i, p) * gate(z, p, j), a(z, i, p) * up(z, p, j));
            (first, second) = (first + x, second + y);
            (firstMagnitude, secondMagnitude) = (firstMagnitude + Math.Abs(x), secondMagnitude + Math.Abs(y));
        }

        return (Silu(first) * second, (firstMagnitude * Math.Abs(second)) + (Math.Abs(Silu(first)) * secondMagnitude));
    }

    private static double Silu(double x) => double.IsNegativeInfinity(x) ? 0 : x / (1 + Math.Exp(-x));
}
