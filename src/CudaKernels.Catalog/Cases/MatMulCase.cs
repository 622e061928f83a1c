using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>C = alpha·op(A)·op(B) + beta·C. The shape holds m, n, k and optionally a batch.</summary>
internal sealed class MatMulCase : NumericCase
{
    private const string Simt = "simt";
    private const string TensorCore = "tensor-core";
    private const string Wgmma = "wgmma";
    private const string Tf32 = "tf32";
    private const string Tf32x3 = "tf32x3";
    private const string SplitK = "split-k";
    private const string WgmmaSplitK = "wgmma-split-k";
    private const string WgmmaTf32 = "wgmma-tf32";
    private const string WgmmaTf32SplitK = "wgmma-tf32-split-k";
    private const string WgmmaTf32x3 = "wgmma-tf32x3";
    private const string WgmmaTf32x3SplitK = "wgmma-tf32x3-split-k";
    private const string Cluster = "wgmma-cluster";
    private const string ClusterTf32 = "wgmma-cluster-tf32";
    private const string ClusterTf32x3 = "wgmma-cluster-tf32x3";
    private const string Narrow = "wgmma-narrow";
    private const string NarrowTf32 = "wgmma-narrow-tf32";
    private const string NarrowTf32x3 = "wgmma-narrow-tf32x3";
    private const string Pingpong = "wgmma-pingpong";
    private const string PingpongTf32 = "wgmma-pingpong-tf32";
    private const string PingpongTf32x3 = "wgmma-pingpong-tf32x3";

    public override string Name => "matmul";

    public override string Family => "linear_algebra";

    public override IReadOnlyList<string> Variants => [Simt, "cublas", TensorCore, Wgmma, Tf32, Tf32x3, SplitK, WgmmaSplitK, WgmmaTf32, WgmmaTf32SplitK, WgmmaTf32x3, WgmmaTf32x3SplitK, Cluster, ClusterTf32, ClusterTf32x3, Narrow, NarrowTf32, NarrowTf32x3, Pingpong, PingpongTf32, PingpongTf32x3];

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(0, 5, 3),
        new(4, 5, 0),
        new(1, 1, 1),
        new(33, 17, 5),
        new(65, 63, 33),
        new([31, 67, 20], CaseLayout.Strided),
        new([16, 64, 16], CaseLayout.Unaligned),
        new(19, 21, 23, 3),
        new(130, 100, 129),
        new(1050, 260, 3),
        new(136, 328, 24, 3),
        new(33, 20, 530),
        new(8, 16, 456, 5),
    ];

    public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant == Simt ? [.. Shapes, .. StagedShapes] : Shapes;

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(65, 3, 5), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(65, 64, 2), new(3, 5, 7, 2)];

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant switch
    {
        Simt => SimtShapes,
        TensorCore => TensorCoreShapes,
        Tf32 or Tf32x3 => Tf32Shapes,
        Wgmma => WgmmaShapes,
        WgmmaTf32 => WgmmaTf32Shapes,
        WgmmaTf32x3 => WgmmaTf32x3Shapes,
        WgmmaTf32x3SplitK => WgmmaTf32x3SplitKShapes,
        SplitK => [.. SplitKShapes, new(2, 37, 260)],
        WgmmaSplitK or WgmmaTf32SplitK => [.. SplitKShapes, new(2, 37, 512)],
        Cluster => ClusterShapes,
        ClusterTf32 => ClusterTf32Shapes,
        ClusterTf32x3 => ClusterTf32x3Shapes,
        Narrow => NarrowShapes,
        NarrowTf32 => NarrowTf32Shapes,
        NarrowTf32x3 => NarrowTf32x3Shapes,
        Pingpong => PingpongShapes,
        PingpongTf32 => PingpongTf32Shapes,
        PingpongTf32x3 => PingpongTf32x3Shapes,
        _ => RaggedShapes,
    };

    public override IReadOnlyList<CaseShape> BenchShapes => [new(512, 512, 512), new(1024, 1024, 1024), new(2048, 2048, 2048)];

    // Few rows for what is made for them. The largest product takes longest to fill with numbers: one variant has it.
    public override IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => variant switch
    {
        SplitK or WgmmaSplitK or WgmmaTf32SplitK or WgmmaTf32x3SplitK or Narrow or NarrowTf32 or NarrowTf32x3 => [new(128, 4096, 4096)],
        Cluster => [new(4096, 4096, 4096), new(8192, 8192, 8192)],
        _ => [new(4096, 4096, 4096)],
    };

    // What goes to tiles of 128x128 floats or 128x64 doubles, in slices of 8 or 4 steps: whole tiles and slices, ragged ones of each, rows at multiples of 16 bytes and not, batches,
    // and more rows of tiles than a group of the order.
    private static IReadOnlyList<CaseShape> StagedShapes { get; } =
        [new(128, 256, 64), new(132, 260, 44), new(129, 131, 37, 2), new([140, 70, 53], CaseLayout.Strided), new([64, 136, 48], CaseLayout.Unaligned), new(33, 33, 25), new(1160, 136, 40)];

    // Two of these as well, one in chunks and one not.
    private static IReadOnlyList<CaseShape> SimtShapes { get; } =
        [.. new CaseShape[] { new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(65, 3, 5), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(65, 64, 2), new(3, 5, 7, 2) }, new(36, 40, 32), new(37, 35, 29)];

    // Two tiles of 128 along either side, whole ones too; depths of up to four stages of 64, which go round the ring; rows that start at multiples of
    // 16 bytes and rows that do not.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
        [new(0, 5, 3), new(128, 129, 0), new(1, 1, 1), new(9, 17, 20), new(130, 3, 72), new(3, 130, 9), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 200), new(7, 9, 257), new(3, 5, 7, 2), new(8, 24, 40, 3)];

    // The same of stages of 32; whole tiles of them read too often for a check.
    private static IReadOnlyList<CaseShape> Tf32Shapes { get; } =
        [new(0, 5, 3), new(128, 129, 0), new(1, 1, 1), new(9, 17, 20), new(130, 3, 36), new(3, 130, 9), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 100), new(7, 9, 129), new(3, 5, 7, 2), new(8, 24, 40, 3)];

    // Two parts and more from eight stages on, of 32 floats or 64 halves; sums in one and in two rows of fragments of 16 by 8, of which a warp adds four or what is left.
    private static IReadOnlyList<CaseShape> SplitKShapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(8, 16, 520), new(5, 9, 261), new(1, 8, 512), new(8, 8, 264, 2), new(17, 8, 512)];

    // Two tiles of 128x256 along either side; depths that go round the ring of four stages of 64; more tiles than the software device
    // has multiprocessors, so that a block takes a second one.
    private static IReadOnlyList<CaseShape> WgmmaShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(136, 8, 72), new(8, 264, 8), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 328), new(8, 8, 136, 6), new(8, 24, 40, 3)];

    // The same of stages of 32.
    private static IReadOnlyList<CaseShape> WgmmaTf32Shapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(136, 8, 36), new(8, 264, 8), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 164), new(8, 8, 68, 5), new(8, 24, 40, 3)];

    // Three products of a stage of 32 each, and then of two, which go round the ring.
    private static IReadOnlyList<CaseShape> WgmmaTf32x3Shapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(136, 8, 31), new(8, 264, 8), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(7, 9, 64), new(8, 5, 7, 5), new(3, 24, 40, 2)];

    private static IReadOnlyList<CaseShape> WgmmaTf32x3SplitKShapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(8, 16, 132), new(5, 9, 75), new(1, 8, 96), new(8, 8, 68, 2)];

    // Two tiles down, which are those of one cluster; three, of which the second cluster's second block has nothing to store; two of 256 columns; depths that go round the ring;
    // more tiles than the software device has room for clusters; and k in two parts.
    private static IReadOnlyList<CaseShape> ClusterShapes { get; } =
        [new(0, 5, 3), new(1, 1, 1), new(136, 8, 72), new(264, 8, 8), new(8, 264, 8), new(8, 16, 328), new(8, 8, 136, 5), new(136, 16, 512)];

    private static IReadOnlyList<CaseShape> ClusterTf32Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(136, 8, 36), new(264, 8, 4), new(8, 264, 8), new(8, 8, 132), new(4, 4, 36, 3), new(136, 8, 256)];

    private static IReadOnlyList<CaseShape> ClusterTf32x3Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(136, 8, 31), new(8, 264, 8), new(8, 16, 96)];

    // Two tiles of 128 along either side, depths that go round the ring of six stages, more tiles than multiprocessors, and k in parts.
    private static IReadOnlyList<CaseShape> NarrowShapes { get; } =
        [new(0, 5, 3), new(1, 1, 1), new(136, 8, 72), new(8, 136, 8), new(3, 8, 440, 3), new(8, 8, 136, 6), new(8, 16, 520)];

    private static IReadOnlyList<CaseShape> NarrowTf32Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(136, 8, 36), new(8, 136, 8), new(8, 8, 68, 5), new(4, 8, 228, 3), new(5, 9, 261)];

    private static IReadOnlyList<CaseShape> NarrowTf32x3Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(8, 136, 31), new(4, 8, 68, 3), new(8, 16, 132)];

    // Two and three tiles of 128 down, in clusters of two blocks; two across; more than twice as many tiles as the software device has room for clusters, so that both consumers of a block get
    // some and one gets a second one; depths that go round the ring of six stages, also where a consumer leaves a tile to the other; and k in two parts.
    private static IReadOnlyList<CaseShape> PingpongShapes { get; } =
        [new(0, 5, 3), new(1, 1, 1), new(136, 8, 72), new(264, 8, 8), new(8, 136, 8), new(8, 8, 136, 5), new(4, 8, 264, 3), new(136, 16, 520)];

    private static IReadOnlyList<CaseShape> PingpongTf32Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(136, 8, 36), new(8, 136, 8), new(4, 4, 36, 5), new(4, 8, 260)];

    // The last one's tiles have nine stages, more than the ring: without its turn a consumer would take what it holds from a round before.
    private static IReadOnlyList<CaseShape> PingpongTf32x3Shapes { get; } = [new(0, 5, 3), new(1, 1, 1), new(136, 136, 31), new(4, 8, 65, 3)];

    public override string KernelFileOf(string variant) => variant switch
    {
        TensorCore or Tf32 or Tf32x3 => "linear_algebra/matmul_mma.cu",
        SplitK => "linear_algebra/matmul_split.cu",
        _ => IsWgmma(variant) ? "linear_algebra/matmul_wgmma.cu" : KernelFile,
    };

    public override bool Covers(ElementKind kind, string variant) => variant switch
    {
        "cublas" => ElementTypes.Floating.Contains(kind),
        _ when PrecisionOf(variant) != MatMulPrecision.Full && variant != SplitK => kind is ElementKind.Float32,
        _ when variant == TensorCore || IsWgmma(variant) => kind is ElementKind.Float16 or ElementKind.BFloat16,
        SplitK => kind is ElementKind.Float32 or ElementKind.Float16 or ElementKind.BFloat16,
        _ => true,
    };

    public override bool Runs(ComputeDevice device, string variant) => variant switch
    {
        "cublas" => device is CudaDevice { HasCublas: true },
        TensorCore or Tf32 or Tf32x3 or SplitK => device is CudaDevice { Specification.ComputeCapability.Major: >= 8 },
        _ when IsWgmma(variant) => device is CudaDevice { HasWgmma: true },
        _ => true,
    };

    // Errors grow with the sum of the magnitudes |a||b|, which the check scales by.
    public override double Tolerance(ElementKind kind) => kind switch
    {
        ElementKind.Float64 => 1e-13,
        ElementKind.Float32 => 1e-5,
        ElementKind.Float16 => 1e-3,
        ElementKind.BFloat16 => 8e-3,
        _ => 0,
    };

    public override double ToleranceOf(ElementKind kind, string variant) => kind != ElementKind.Float32 ? Tolerance(kind) : PrecisionOf(variant) switch { MatMulPrecision.Tf32 => 2e-3, MatMulPrecision.Tf32x3 => 2e-6, _ => Tolerance(kind) };

    protected override CasePlan Plan<T>(CaseInputs inputs)
    {
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        nint[] batch = inputs.Lengths.Length > 3 ? [inputs.Lengths[3]] : [];
        var floating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
        var (low, high) = floating ? (-1.0, 1.0) : (0.0, 3.0);
        var (algorithm, precision) = (AlgorithmOf(inputs.Variant), PrecisionOf(inputs.Variant));
        var a = inputs.Input<T>([.. batch, m, k], low, high);
        // Of what wgmma takes by rows of k alone, the other layouts go to another kernel.
        var rowsOfK = precision == MatMulPrecision.Tf32 && IsWgmma(inputs.Variant);
        var b = inputs.Input<T>(rowsOfK ? [n, k] : [k, n], low, high);
        var plain = inputs.Own(inputs.Device.CreateTensor(Poison<T>(Count([.. batch, m, n])), [.. batch, m, n]));
        var plan = new CasePlan(() => a.Tensor.MatMul(b.Tensor, plain, transposeB: rowsOfK, algorithm: algorithm, precision: precision), ElementType<T>.Size * (double)((m * k) + (k * n) + (m * n)), 2.0 * m * n * k)
            .ExpectEach(plain, at => Reference(a, b, null, at, m, n, k, false, rowsOfK, 1, 0), floor: 1e-2);
        // A bench runs none of the other forms, whose operands would take seconds to make.
        if (!inputs.HasSpecials)
        {
            return plan;
        }

        var transposedA = inputs.Input<T>(rowsOfK ? [.. batch, m, k] : [.. batch, k, m], low, high);
        var transposedB = inputs.Input<T>([.. batch, n, k], low, high);
        var both = inputs.Input<T>([.. batch, m, n], low, high);
        var added = inputs.Own(both.Tensor.Clone());
        plan = plan
            .Also(() => transposedA.Tensor.MatMul(transposedB.Tensor, added, transposeA: !rowsOfK, transposeB: true, alpha: 2, beta: 3, algorithm: algorithm, precision: precision))
            .ExpectEach(added, at => Reference(transposedA, transposedB, both, at, m, n, k, !rowsOfK, true, 2, 3), floor: 1e-2);
        // On the ordinary units any two operands go together that are as they are here: more than two of a shape are too many for the checking mode.
        var isCrossed = inputs.Variant == Simt ? floating && Math.Max(m, n) > 67 : inputs.Variant is TensorCore or Wgmma or Tf32 or Tf32x3 or WgmmaTf32 or WgmmaTf32x3 or Cluster or ClusterTf32 or Narrow or NarrowTf32 or Pingpong or PingpongTf32;
        return isCrossed && k > 0 ? AlsoCrossed<T>(plan, inputs, batch, m, n, k, rowsOfK, algorithm, precision) : plan;
    }

    // One operand transposed and the other not, if any layout will do, in rows of multiples of 16 bytes, whose ends belong to no matrix; NaN and infinities, of
    // which split operands make NaN.
    private static CasePlan AlsoCrossed<T>(CasePlan plan, CaseInputs inputs, nint[] batch, nint m, nint n, nint k, bool rowsOfK, MatMulAlgorithm algorithm, MatMulPrecision precision) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var a = Padded<T>(inputs, [.. batch, m, k]);
        var b = Padded<T>(inputs, [n, k]);
        if (a.Data.Length >= 16 && precision != MatMulPrecision.Tf32x3)
        {
            a.Set(0, T.CreateChecked(double.NaN));
            a.Set(a.Data.Length / 2, T.CreateChecked(double.PositiveInfinity));
            a.Set(^1, T.CreateChecked(double.NegativeInfinity));
        }

        var transposedA = Padded<T>(inputs, rowsOfK ? [.. batch, m, k] : [.. batch, k, m]);
        var plainB = Padded<T>(inputs, rowsOfK ? [.. batch, n, k] : [.. batch, k, n]);
        var special = Padded<T>(inputs, [.. batch, m, n]);
        var scaled = Padded<T>(inputs, [.. batch, m, n]);
        return plan
            .Also(() => a.Tensor.MatMul(b.Tensor, special.Tensor, transposeB: true, algorithm: algorithm, precision: precision))
            .Also(() => transposedA.Tensor.MatMul(plainB.Tensor, scaled.Tensor, transposeA: !rowsOfK, transposeB: rowsOfK, alpha: -1, beta: 0.5, algorithm: algorithm, precision: precision))
            .ExpectEach(special.Tensor, at => Reference(a, b, null, at, m, n, k, false, true, 1, 0), floor: 1e-2)
            .ExpectEach(scaled.Tensor, at => Reference(transposedA, plainB, scaled, at, m, n, k, !rowsOfK, rowsOfK, -1, 0.5), floor: 1e-2);
    }

    private static bool IsWgmma(string variant) => variant.StartsWith(Wgmma, StringComparison.Ordinal);

    private static MatMulAlgorithm AlgorithmOf(string variant) => variant switch
    {
        "cublas" => MatMulAlgorithm.Cublas,
        TensorCore or Tf32 or Tf32x3 or SplitK => MatMulAlgorithm.TensorCore,
        _ when variant.StartsWith(Cluster, StringComparison.Ordinal) => MatMulAlgorithm.WgmmaCluster,
        _ when variant.StartsWith(Narrow, StringComparison.Ordinal) => MatMulAlgorithm.WgmmaNarrow,
        _ when variant.StartsWith(Pingpong, StringComparison.Ordinal) => MatMulAlgorithm.WgmmaPingpong,
        _ => IsWgmma(variant) ? MatMulAlgorithm.Wgmma : MatMulAlgorithm.Simt,
    };

    // Of float; the other types have none.
    private static MatMulPrecision PrecisionOf(string variant) =>
        variant == SplitK || variant.Contains(Tf32x3, StringComparison.Ordinal) ? MatMulPrecision.Tf32x3 : variant.Contains(Tf32, StringComparison.Ordinal) ? MatMulPrecision.Tf32 : MatMulPrecision.Full;

    private static CaseTensor<T> Padded<T>(CaseInputs inputs, ReadOnlySpan<nint> lengths) where T : unmanaged
    {
        nint[] memory = [.. lengths];
        memory[^1] = (memory[^1] + 7) / 8 * 8;
        var whole = inputs.Own(inputs.Device.CreateTensor(Poison<T>(Count(memory)), memory));
        var ranges = new Range[memory.Length];
        Array.Fill(ranges, Range.All);
        ranges[^1] = ..(int)lengths[^1];
        var data = new T[Count(lengths)];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = CaseElement.FromDouble<T>((2 * inputs.Random.NextDouble()) - 1);
        }

        var tensor = inputs.Own(whole.Slice(ranges));
        tensor.CopyFrom(data);
        return new CaseTensor<T>(tensor, data);
    }

    // The element at a place of the result: the sum, and that of the magnitudes.
    private static (double Value, double Scale) Reference<T>(CaseTensor<T> a, CaseTensor<T> b, CaseTensor<T>? c, nint at, nint m, nint n, nint k, bool transposeA, bool transposeB, double alpha, double beta)
        where T : unmanaged
    {
        var (z, i, j) = (at / (m * n), at / n % m, at % n);
        var (left, right) = (a.Values, b.Values);
        var sharedB = right.Length == k * n;
        double sum = 0, magnitude = 0;
        for (nint p = 0; p < k; p++)
        {
            var product = left[(z * m * k) + (transposeA ? (p * m) + i : (i * k) + p)] * right[(sharedB ? 0 : z * k * n) + (transposeB ? (j * k) + p : (p * n) + j)];
            sum += product;
            magnitude += Math.Abs(product);
        }

        var added = c is null ? 0 : beta * c.Values[at];
        return (Wrap<T>((alpha * sum) + added), (Math.Abs(alpha) * magnitude) + Math.Abs(added));
    }

    private static double Wrap<T>(double value) where T : unmanaged =>
        typeof(T) == typeof(sbyte) ? unchecked((sbyte)(long)value) : typeof(T) == typeof(byte) ? unchecked((byte)(long)value) : value;

    private static T[] Poison<T>(nint count) where T : unmanaged
    {
        var elements = new T[count];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(elements.AsSpan()).Fill(0xFF);
        return elements;
    }

    private static nint Count(ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        return count;
    }
}
