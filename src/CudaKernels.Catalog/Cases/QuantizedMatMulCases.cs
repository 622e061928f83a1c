using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>y = scale·channelScale[j]·Σ a[i, k]·b[j, k] + bias[j]. The shape holds m, n and k.</summary>
internal abstract class ScaledProductCase : FloatingCase
{
    protected const string TensorCore = "tensor-core";
    protected const string Wgmma = "wgmma";

    public override string Family => "quantization";

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(0, 5, 3),
        new(4, 5, 0),
        new(1, 1, 1),
        new(33, 17, 5),
        new(65, 63, 33),
        new([31, 67, 20], CaseLayout.Strided),
        new([16, 64, 16], CaseLayout.Unaligned),
        new(130, 100, 129),
        new(300, 7, 2050),
        new(70, 264, 144),
        new(70, 262, 144),
    ];

    public override IReadOnlyList<CaseShape> RaggedShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(9, 17, 20), new(65, 3, 5), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(65, 64, 2)];

    public override IReadOnlyList<CaseShape> BenchShapes => [new(512, 512, 512), new(1024, 1024, 1024), new(2048, 2048, 2048)];

    public override IReadOnlyList<CaseShape> GpuBenchShapesOf(string variant) => [new(4096, 4096, 4096)];

    public override string KernelFile => "quantization/quantized_gemm.cu";

    // Two tiles of 128 along either side; depths of up to four stages of 128, which go round the ring; rows that start at multiples of
    // 16 bytes and rows that do not.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
        [new(0, 5, 3), new(128, 129, 0), new(1, 1, 1), new(9, 17, 20), new(130, 3, 144), new(3, 130, 9), new([5, 67, 9], CaseLayout.Strided), new([16, 64, 16], CaseLayout.Unaligned), new(8, 16, 400), new(7, 9, 513), new(24, 40, 64)];

    // Two tiles of 128x256 (of floats 128x128) along either side; depths that go round the ring of four stages of 128 (of floats six); more tiles than the
    // software device has multiprocessors, so that a block takes a second one; a depth of no multiple of 16, which no tensor map takes; rows
    // of results that no tensor map takes, and one of odd length, which it does.
    private static IReadOnlyList<CaseShape> WgmmaShapes { get; } =
        [new(0, 5, 3), new(4, 5, 0), new(1, 1, 1), new(1, 9, 16), new(9, 17, 20), new(136, 8, 144), new(8, 264, 16), new([16, 64, 16], CaseLayout.Unaligned), new(7, 9, 912), new(560, 8, 16), new(24, 40, 64)];

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => IsTensorCore(variant) ? TensorCoreShapes : IsWgmma(variant) ? WgmmaShapes : RaggedShapes;

    public override string KernelFileOf(string variant) => IsTensorCore(variant) ? KernelFile.Replace(".cu", "_mma.cu", StringComparison.Ordinal) : IsWgmma(variant) ? KernelFile.Replace(".cu", "_wgmma.cu", StringComparison.Ordinal) : KernelFile;

    public override bool Runs(ComputeDevice device, string variant) =>
        !(IsTensorCore(variant) || IsWgmma(variant))
        || (device is CudaDevice cuda && (IsWgmma(variant) ? cuda.HasWgmma : cuda.Specification.ComputeCapability >= TensorCoreCapability));

    /// <summary>The first compute capability whose tensor cores multiply the operands.</summary>
    protected abstract Version TensorCoreCapability { get; }

    protected static bool IsTensorCore(string variant) => variant.EndsWith(TensorCore, StringComparison.Ordinal);

    protected static bool IsWgmma(string variant) => variant.EndsWith(Wgmma, StringComparison.Ordinal);

    protected static QuantizedMatMulAlgorithm AlgorithmOf(string variant) =>
        IsTensorCore(variant) ? QuantizedMatMulAlgorithm.TensorCore : IsWgmma(variant) ? QuantizedMatMulAlgorithm.Wgmma : QuantizedMatMulAlgorithm.Simt;

    protected CasePlan Plan<T, TQuantized>(CaseInputs inputs, double largest, IProduct<TQuantized> product) where T : unmanaged, IFloatingPointIeee754<T> where TQuantized : unmanaged
    {
        var algorithm = AlgorithmOf(inputs.Variant);
        var (m, n, k) = (inputs.Lengths[0], inputs.Lengths[1], inputs.Lengths[2]);
        var a = inputs.Input<TQuantized>([m, k], -largest, largest);
        var b = inputs.Input<TQuantized>([n, k], -largest, largest);
        var (scale, scales) = (0.0625f, QuantizationCases.Scales(n, 0.01));
        var left = inputs.Own(inputs.Device.CreateTensor<float>([scale], [1]));
        var right = inputs.Own(inputs.Device.CreateTensor(scales, [n]));
        var bias = inputs.Own(inputs.Device.CreateTensor([.. Enumerable.Range(0, (int)n).Select(j => T.CreateTruncating((j % 5) - 2))], [n]));
        var (perChannel, whole) = (QuantizationCases.Dense<T>(inputs, [m, n]), QuantizationCases.Dense<T>(inputs, [m, n]));
        return new CasePlan(() => product.Run(a.Tensor, left, b.Tensor, right, bias, perChannel, algorithm), (double)(m * k) + (n * k) + (ElementType<T>.Size * m * n), 2.0 * m * n * k)
            .ExpectEach(perChannel, at => Scaled(at, (double)scale * scales[at % n], (at % n % 5) - 2), floor: 1e-3)
            .Also(() => product.Run(a.Tensor, left, b.Tensor, left, null, whole, algorithm))
            .ExpectEach(whole, at => Scaled(at, (double)scale * scale, null), floor: 1e-3);

        (double Value, double Scale) Scaled(nint at, double factor, double? shift)
        {
            var (row, column) = (at / n, at % n);
            double sum = 0, magnitude = 0;
            for (nint p = 0; p < k; p++)
            {
                var of = a.Values[(row * k) + p] * b.Values[(column * k) + p];
                sum += of;
                magnitude += Math.Abs(of);
            }

            // Sums of integers are exact; errors of others grow with the magnitudes that are summed.
            return ((factor * sum) + (shift ?? 0), Math.Abs(factor * (typeof(TQuantized) == typeof(sbyte) ? sum : magnitude)) + (shift is null ? 0 : 2));
        }
    }

    /// <summary>The operation of one type of operands.</summary>
    protected interface IProduct<TQuantized> where TQuantized : unmanaged
    {
        void Run<T>(
            DeviceTensor<TQuantized> a, DeviceTensor<float> scale, DeviceTensor<TQuantized> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias, DeviceTensor<T> y, QuantizedMatMulAlgorithm algorithm)
            where T : unmanaged, IFloatingPointIeee754<T>;
    }
}

/// <summary>The product of 8-bit integers.</summary>
internal sealed class QuantizedMatMulCase : ScaledProductCase
{
    public override string Name => "quantized-gemm";

    public override IReadOnlyList<string> Variants => ["", TensorCore, Wgmma];

    protected override Version TensorCoreCapability { get; } = new(8, 0);

    protected override CasePlan Plan<T>(CaseInputs inputs) => Plan<T, sbyte>(inputs, 128, new Product());

    private sealed class Product : IProduct<sbyte>
    {
        public void Run<T>(DeviceTensor<sbyte> a, DeviceTensor<float> scale, DeviceTensor<sbyte> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias, DeviceTensor<T> y, QuantizedMatMulAlgorithm algorithm)
            where T : unmanaged, IFloatingPointIeee754<T> => a.QuantizedMatMul(scale, b, channelScale, bias, y, algorithm);
    }
}

/// <summary>The product of 8-bit floats of either format.</summary>
internal sealed class Float8MatMulCase : ScaledProductCase
{
    private const string E5M2 = "e5m2";

    public override string Name => "float8-gemm";

    public override IReadOnlyList<string> Variants => ["", E5M2, TensorCore, $"{E5M2}-{TensorCore}", Wgmma, $"{E5M2}-{Wgmma}"];

    protected override Version TensorCoreCapability { get; } = new(8, 9);

    // Sums of float also for double.
    public override double Tolerance(ElementKind kind) => kind is ElementKind.Float64 ? 2e-6 : base.Tolerance(kind);

    // Tensor cores of compute capability 9.0 cut off each of 32 products, and the sum before, after about 14 bits.
    public override double ToleranceOf(ElementKind kind, string variant) => IsWgmma(variant) && kind is ElementKind.Float32 or ElementKind.Float64 ? 2e-3 : Tolerance(kind);

    protected override CasePlan Plan<T>(CaseInputs inputs) => inputs.Variant.StartsWith(E5M2, StringComparison.Ordinal)
        ? Plan<T, Float8E5M2>(inputs, 4, new Product<Float8E5M2>())
        : Plan<T, Float8E4M3>(inputs, 4, new Product<Float8E4M3>());

    private sealed class Product<TFloat8> : IProduct<TFloat8> where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        public void Run<T>(DeviceTensor<TFloat8> a, DeviceTensor<float> scale, DeviceTensor<TFloat8> b, DeviceTensor<float> channelScale, DeviceTensor<T>? bias, DeviceTensor<T> y, QuantizedMatMulAlgorithm algorithm)
            where T : unmanaged, IFloatingPointIeee754<T> => a.QuantizedMatMul(scale, b, channelScale, bias, y, algorithm);
    }
}
