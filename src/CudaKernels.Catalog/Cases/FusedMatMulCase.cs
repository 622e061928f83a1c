namespace CudaKernels.Catalog.Cases;

/// <summary>gelu(A·B + bias) + residual in one kernel, with B as it is stored, and transposed with the sums of squares of the rows. The shape holds m, n, k and optionally a batch.</summary>
internal sealed class FusedMatMulCase : EpilogueCase
{
    public override string Name => "fused-product";

    public override string KernelFile => "linear_algebra/fused_matmul.cu";

    public override IReadOnlyList<CaseShape> Shapes => [new(0, 5, 3), new(3, 0, 4), new(4, 5, 0), new(1, 1, 1), new(1, 1, 1, 1), new(33, 17, 5), new(130, 70, 33), new(16, 264, 24), new(9, 21, 16, 3)];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } = [new(0, 5, 3), new(3, 0, 4), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(65, 3, 5), new(3, 66, 5), new(9, 24, 16, 2), new(3, 5, 7, 2)];

    // On the ordinary units floats and doubles go to tiles of 128 rows by 512 bytes: several along either side, reduced in pieces of half a tile; rows at multiples of 16 bytes and not; a batch.
    public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant.Length == 0 ? [.. Shapes, new(132, 264, 40), new(129, 130, 37), new(36, 72, 32, 2), new([64, 136, 48], CaseLayout.Unaligned)] : Shapes;

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant.Length == 0 ? [.. RaggedShapes, new(36, 40, 32), new(37, 35, 29)] : RaggedShapes;

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        nint[] batch = inputs.Lengths.Length > 3 ? [inputs.Lengths[3]] : [];
        var operation = inputs.Own(FusedMatMul<T>.Create((product, bias, residual) => (product + bias).Gelu() + residual, Algorithm(inputs.Variant), Precision(inputs.Variant)));
        // Sums so small that the largest number among the special values does not overflow, which it would not do in float64.
        var a = inputs.Input<T>([.. batch, m, k], -0.4, 0.4);
        var rowsOfK = TakesRowsOfK(inputs.Variant);
        var b = inputs.Input<T>(rowsOfK ? [n, k] : [k, n], -0.4, 0.4);
        var columns = rowsOfK ? inputs.Own(b.Tensor.TransposeView()) : b.Tensor;
        var transposedA = inputs.Input<T>([.. batch, k, m], -0.4, 0.4);
        var transposedB = inputs.Input<T>([.. batch, n, k], -0.4, 0.4);
        var bias = inputs.Input<T>([n], withSpecials: true);
        var column = inputs.Input<T>([.. batch, m, 1], -1, 1);
        var residual = inputs.Input<T>([.. batch, m, n], -1, 1);
        var shared = inputs.Input<T>([m, n], -1, 1, withSpecials: true);
        var (left, right) = (inputs.Own(transposedA.Tensor.TransposeView()), inputs.Own(transposedB.Tensor.TransposeView()));
        var (y, turned) = (inputs.Output<T>([.. batch, m, n]), inputs.Output<T>([.. batch, m, n]));
        var size = ElementType<T>.Size;
        var (sums, doubleSums) = (inputs.Output<float>([.. batch, m]), inputs.Output<double>([.. batch, m]));
        var plan = new CasePlan(() => operation.ComputeInto(y, a.Tensor, columns, bias.Tensor, residual.Tensor), size * (double)((m * k) + (k * n) + (2 * m * n) + n), 2.0 * m * n * k)
            .ExpectEach(y, First, floor: 1e-2);
        return typeof(T) == typeof(double)
            ? plan.Also(() => operation.ComputeInto(turned, doubleSums, RowReduction.SumOfSquares, left, right, column.Tensor, shared.Tensor)).ExpectEach(turned, Second, floor: 1e-2).ExpectEach(doubleSums, Sum, floor: 1e-2)
            : plan.Also(() => operation.ComputeInto(turned, sums, RowReduction.SumOfSquares, left, right, column.Tensor, shared.Tensor)).ExpectEach(turned, Second, floor: 1e-2).ExpectEach(sums, Sum, floor: 1e-2);

        (double Value, double Scale) Sum(nint row) => Reduced(RowReduction.SumOfSquares, Second, row, n);

        (double Value, double Scale) First(nint at) => Reference(
            at, m, n, k, (z, i, p) => a.Values[(((z * m) + i) * k) + p], (_, p, j) => b.Values[rowsOfK ? (j * k) + p : (p * n) + j], (_, _, j) => bias.Values[j], (z, i, j) => residual.Values[(((z * m) + i) * n) + j]);

        (double Value, double Scale) Second(nint at) => Reference(
            at, m, n, k, (z, i, p) => transposedA.Values[(((z * k) + p) * m) + i], (z, p, j) => transposedB.Values[(((z * n) + j) * k) + p], (z, i, _) => column.Values[(z * m) + i], (_, i, j) => shared.Values[(i * n) + j]);
    }

    private static (double Value, double Scale) Reference(
        nint at, nint m, nint n, nint k, Func<nint, nint, nint, double> a, Func<nint, nint, nint, double> b, Func<nint, nint, nint, double> bias, Func<nint, nint, nint, double> residual)
    {
        var (z, i, j) = (at / (m * n), at / n % m, at % n);
        double sum = bias(z, i, j), magnitude = Math.Abs(sum);
        for (nint p = 0; p < k; p++)
        {
            var product = a(z, i, p) * b(z, p, j);
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (Gelu(sum) + residual(z, i, j), magnitude + Math.Abs(residual(z, i, j)));
    }

    private static double Gelu(double x) => double.IsNegativeInfinity(x) ? 0 : x * Reference64.NormalDistribution(x);
}
