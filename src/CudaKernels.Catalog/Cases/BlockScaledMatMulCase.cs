using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>The product of 8-bit floats with scales of blocks, of either format each. The shape holds m, n and k.</summary>
internal sealed class BlockScaledMatMulCase : ScaledProductCase
{
    private const int Length = 128;
    private const string E4M3 = "e4m3";
    private const string E5M2 = "e5m2";

    private static readonly string[] s_formats = ["", E5M2, $"{E4M3}-{E5M2}", $"{E5M2}-{E4M3}"];

    public override string Name => "block-scaled-gemm";

    public override string KernelFile => "quantization/block_scaled_gemm.cu";

    public override IReadOnlyList<string> Variants { get; } =
        [.. from algorithm in (string[])["", TensorCore, Wgmma] from format in s_formats select string.Join('-', ((string[])[format, algorithm]).Where(part => part.Length > 0))];

    public override IReadOnlyList<CaseShape> Shapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(33, 17, 5), new([31, 67, 20], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(130, 260, 272), new(70, 300, 129), new(300, 7, 1040), new(70, 264, 144)];

    // A second stage, or a third tile of 64 columns, which has other scales of b, costs too many accesses: the shapes of the ordinary check have them.
    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(65, 3, 5), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(9, 6, 20)];

    // Two tiles of 128 along either side with two scales of b; depths of up to six stages, which go round the ring of three; rows that start
    // at multiples of 16 bytes and rows that do not.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
        [new(0, 5, 3), new(128, 129, 0), new(1, 1, 1), new(130, 3, 144), new(3, 130, 9), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(7, 136, 272), new(7, 9, 641)];

    // The same for wgmma, whose ring has six stages, with more tiles than the software device has multiprocessors, so that a block takes a
    // second one; a depth of no multiple of 16, which no tensor map takes.
    private static IReadOnlyList<CaseShape> WgmmaShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(1, 9, 16), new(9, 17, 20), new(7, 9, 144), new(136, 8, 144), new(8, 264, 272), new([16, 64, 16], CaseLayout.Unaligned), new(7, 128, 896), new(560, 8, 144)];

    protected override Version TensorCoreCapability { get; } = new(8, 9);

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => IsTensorCore(variant) ? TensorCoreShapes : IsWgmma(variant) ? WgmmaShapes : RaggedShapes;

    // The formats differ in the instruction alone.
    public override bool Covers(ElementKind kind, string variant) => kind == ElementKind.Float32 || FormatsOf(variant) == (E4M3, E4M3);

    // Sums of float also for double.
    public override double Tolerance(ElementKind kind) => kind is ElementKind.Float64 ? 2e-6 : base.Tolerance(kind);

    // Tensor cores of compute capability 9.0 cut off each of 32 products, and the sum before, after about 14 bits.
    public override double ToleranceOf(ElementKind kind, string variant) => IsWgmma(variant) && kind is ElementKind.Float32 or ElementKind.Float64 ? 2e-3 : Tolerance(kind);

    protected override CasePlan Plan<T>(CaseInputs inputs) => FormatsOf(inputs.Variant) switch
    {
        (E5M2, E5M2) => Plan<T, Float8E5M2, Float8E5M2>(inputs),
        (E4M3, E5M2) => Plan<T, Float8E4M3, Float8E5M2>(inputs),
        (E5M2, E4M3) => Plan<T, Float8E5M2, Float8E4M3>(inputs),
        _ => Plan<T, Float8E4M3, Float8E4M3>(inputs),
    };

    private static (string Left, string Right) FormatsOf(string variant)
    {
        var formats = variant.Split('-').Where(part => part is E4M3 or E5M2).ToArray();
        return formats.Length == 0 ? (E4M3, E4M3) : (formats[0], formats[^1]);
    }

    private static CasePlan Plan<T, TLeft, TRight>(CaseInputs inputs)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLeft : unmanaged, IFloat8<TLeft>
        where TRight : unmanaged, IFloat8<TRight>
    {
        var algorithm = AlgorithmOf(inputs.Variant);
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        var (stages, blocks) = ((k + Length - 1) / Length, (n + Length - 1) / Length);
        var a = inputs.Input<TLeft>([m, k], -4, 4);
        var b = inputs.Input<TRight>([n, k], -4, 4);
        var (left, right) = (Scales(inputs, m * stages), Scales(inputs, blocks * stages));
        if (inputs.HasSpecials && m > 6 && k > 0)
        {
            // In the last rows, past the first stage where there are more. Of the formats only e5m2 has an infinity.
            a.Set((int)((m * k) - 1), TLeft.NaN);
            a.Set((int)(((m - 1) * k) - 1), (TLeft)float.PositiveInfinity);
            left[^(int)((3 * stages) - 2)] = float.NaN;
            left[^(int)((4 * stages) - 2)] = float.PositiveInfinity;
            left[^(int)((5 * stages) - 2)] = 0;
        }

        var leftScale = inputs.Own(inputs.Device.CreateTensor(left, [m, stages]));
        var rightScale = inputs.Own(inputs.Device.CreateTensor(right, [blocks, stages]));
        var biases = Enumerable.Range(0, (int)n).Select(j => T.CreateTruncating((j % 5) - 2)).ToArray();
        var bias = inputs.Own(inputs.Device.CreateTensor(biases, [n]));
        var (biased, plain) = (QuantizationCases.Dense<T>(inputs, [m, n]), QuantizationCases.Dense<T>(inputs, [m, n]));
        return new CasePlan(
                () => a.Tensor.BlockScaledMatMul(leftScale, b.Tensor, rightScale, bias, biased, algorithm),
                (double)(m * k) + (n * k) + (ElementType<T>.Size * m * n) + (4 * (m + blocks) * stages),
                2.0 * m * n * k)
            .ExpectEach(biased, Biased, floor: 1e-3)
            .Also(() => a.Tensor.BlockScaledMatMul(leftScale, b.Tensor, rightScale, null, plain, algorithm))
            .ExpectEach(plain, Sum, floor: 1e-3);

        (double Value, double Scale) Biased(nint at)
        {
            var (sum, magnitude) = Sum(at);
            return (sum + (at % n % 5) - 2, magnitude + 2);
        }

        (double Value, double Scale) Sum(nint at)
        {
            var (row, column) = (at / n, at % n);
            var (all, magnitudes) = (0.0, 0.0);
            for (nint stage = 0; stage < stages; stage++)
            {
                var (sum, magnitude) = (0.0, 0.0);
                for (var p = stage * Length; p < Math.Min((stage + 1) * Length, k); p++)
                {
                    var product = a.Values[(row * k) + p] * b.Values[(column * k) + p];
                    (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
                }

                var factor = (double)left[(row * stages) + stage] * right[(column / Length * stages) + stage];
                (all, magnitudes) = (all + (factor * sum), magnitudes + Math.Abs(factor * magnitude));
            }

            return (all, magnitudes);
        }
    }

    // Each of its own magnitude, so that one taken for another shows.
    private static float[] Scales(CaseInputs inputs, nint count) => [.. Enumerable.Range(0, (int)count).Select(_ => (float)Math.Pow(2, (inputs.Random.NextDouble() * 6) - 5))];
}
