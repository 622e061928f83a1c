namespace CudaKernels.Catalog.Cases;

/// <summary>
/// C[r] = A[r]·op(B[g]) for the rows r of each group g. The shape holds the groups, the most rows of one, n and k. The first group has the most rows and the second
/// none; a row before the first and one after the last belong to none. On a CUDA device the fourth of four groups does not exist, which the managed device refuses.
/// </summary>
internal sealed class GroupedMatMulCase : FloatingCase
{
    private const string TensorCore = "tensor-core";
    private const string Wgmma = "wgmma";

    public override string Name => "grouped-product";

    public override string Family => "linear_algebra";

    public override string KernelFile => "linear_algebra/grouped_matmul.cu";

    public override IReadOnlyList<string> Variants => ["simt", TensorCore, Wgmma];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
    [
        new(0, 3, 4, 5),
        new(1, 1, 1, 1),
        new(2, 3, 5, 0),
        new(1, 65, 3, 5),
        new(1, 5, 65, 3),
        new(1, 3, 9, 20),
        new(4, 4, 9, 6),
        new([3, 9, 7, 6], CaseLayout.Strided),
        new([3, 9, 8, 6], CaseLayout.Unaligned),
        new(3, 64, 4, 2),
        new(1, 36, 40, 32),
        new(1, 37, 35, 29),
    ];

    // The last ones, as the last two above, go to tiles of 128 rows by 512 bytes where they are of float or double: see MatMulCase.
    public override IReadOnlyList<CaseShape> Shapes =>
        [.. RaggedShapes, new(7, 3, 5, 4), new(20, 40, 33, 129), new(5, 150, 140, 70), new(3, 300, 260, 28), new(4, 200, 36, 32), new([3, 140, 70, 33], CaseLayout.Strided), new([2, 150, 72, 36], CaseLayout.Unaligned)];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(8, 512, 1024, 1024), new(64, 32, 1024, 1024)];

    // Two tiles of 128 along either side; depths of more stages of 64 than the ring holds; rows that start at multiples of 16 bytes and rows that do not.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
    [
        new(0, 3, 4, 5),
        new(1, 1, 1, 1),
        new(2, 3, 5, 0),
        new(1, 130, 3, 9),
        new(3, 5, 130, 8),
        new(4, 4, 9, 20),
        new([3, 9, 7, 6], CaseLayout.Strided),
        new([2, 9, 16, 16], CaseLayout.Unaligned),
        new(2, 8, 16, 264),
        new(5, 3, 5, 7),
    ];

    // In rows that start at multiples of 16 bytes: two tiles of 128x256 along either side; depths that go round the ring of four stages of 64; more groups than
    // the software device has multiprocessors; and a group that does not exist.
    private static IReadOnlyList<CaseShape> WgmmaShapes { get; } =
    [
        new(0, 3, 8, 8),
        new(1, 1, 1, 1),
        new(1, 130, 8, 16),
        new(3, 5, 264, 8),
        new(4, 4, 16, 24),
        new([2, 9, 16, 16], CaseLayout.Unaligned),
        new(2, 8, 16, 328),
        new(7, 3, 8, 136),
    ];

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant switch { TensorCore => TensorCoreShapes, Wgmma => WgmmaShapes, _ => RaggedShapes };

    public override bool Covers(ElementKind kind, string variant) => variant == "simt" || kind is ElementKind.Float16 or ElementKind.BFloat16;

    public override bool Runs(ComputeDevice device, string variant) => variant switch
    {
        TensorCore => device is CudaDevice { Specification.ComputeCapability.Major: >= 8 },
        Wgmma => device is CudaDevice { HasWgmma: true },
        _ => true,
    };

    // Errors grow with the sum of the magnitudes |a||b|, which the check scales by.
    public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var (groups, n, k) = ((int)inputs.Lengths[0], inputs.Lengths[2], inputs.Lengths[3]);
        var offsets = Offsets(inputs, groups, (int)inputs.Lengths[1]);
        nint rows = offsets[^1] + 1;
        if (inputs.Device is CudaDevice && groups == 4)
        {
            offsets[4] = (int)rows + 1;
        }

        var algorithm = inputs.Variant switch { TensorCore => MatMulAlgorithm.TensorCore, Wgmma => MatMulAlgorithm.Wgmma, _ => MatMulAlgorithm.Simt };
        var a = inputs.Input<T>([rows, k], -1, 1);
        var b = inputs.Input<T>([groups, k, n], -1, 1);
        var transposed = inputs.Input<T>([groups, n, k], -1, 1);
        if (inputs.HasSpecials && a.Data.Length >= 16)
        {
            // In the rows of no group, which nobody reads, and in two rows of groups.
            a.Set(0, T.NaN);
            a.Set(^1, T.PositiveInfinity);
            a.Set((int)k, T.NegativeInfinity);
            a.Set(a.Data.Length / 2, T.NaN);
        }

        var rowOffsets = inputs.Input(offsets, [groups + 1]).Tensor;
        // Results have rows of consecutive elements, whatever the layout of the inputs.
        var (y, turned) = (Result<T>(inputs, rows, n), Result<T>(inputs, rows, n));
        return new CasePlan(() => a.Tensor.GroupedMatMul(b.Tensor, rowOffsets, y, algorithm: algorithm), ElementType<T>.Size * (double)((rows * (k + n)) + (groups * k * n)), 2.0 * rows * n * k)
            .ExpectEach(y, at => Reference(at, (g, p, j) => b.Values[(((g * k) + p) * n) + j]), floor: 1e-2)
            .Also(() => a.Tensor.GroupedMatMul(transposed.Tensor, rowOffsets, turned, transposeB: true, algorithm))
            .ExpectEach(turned, at => Reference(at, (g, p, j) => transposed.Values[(((g * n) + j) * k) + p]), floor: 1e-2);

        (double Value, double Scale) Reference(nint at, Func<nint, nint, nint, double> right)
        {
            var (row, column) = (at / n, at % n);
            var group = Enumerable.Range(0, groups).FirstOrDefault(g => offsets[g] <= row && row < offsets[g + 1] && offsets[g + 1] <= rows, -1);
            if (group < 0)
            {
                return (double.NaN, 0);
            }

            double sum = 0, magnitude = 0;
            for (nint p = 0; p < k; p++)
            {
                var product = a.Values[(row * k) + p] * right(group, p, column);
                sum += product;
                magnitude += Math.Abs(product);
            }

            return (sum, magnitude);
        }
    }

    private static DeviceTensor<T> Result<T>(CaseInputs inputs, nint rows, nint columns) where T : unmanaged
    {
        if (inputs.Shape.Layout != CaseLayout.Strided)
        {
            return inputs.Output<T>([rows, columns]);
        }

        // Rows with a gap between them.
        var whole = inputs.Own(inputs.Device.CreateUninitializedTensor<T>([rows, columns + 3]));
        var result = inputs.Own(whole.Slice(.., 1..^2));
        var poison = new T[rows * columns];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(poison.AsSpan()).Fill(0xFF);
        result.CopyFrom(poison);
        return result;
    }

    private static int[] Offsets(CaseInputs inputs, int groups, int most)
    {
        var offsets = new int[groups + 1];
        offsets[0] = 1;
        for (var group = 0; group < groups; group++)
        {
            offsets[group + 1] = offsets[group] + (group == 0 ? most : group == 1 ? 0 : inputs.Random.Next(most + 1));
        }

        return offsets;
    }
}
