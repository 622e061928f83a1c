using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Cli.Bench;

/// <summary>Which rows have a product of cuBLASLt beside them, and which.</summary>
internal static class LtPeers
{
    private const string Tf32 = "tf32";
    private const string E4M3 = "e4m3";
    private const string E5M2 = "e5m2";

    // Tensor cores round operands to TF32, and cut sums of 8-bit floats off after about 14 bits, whichever units our own kernel uses.
    private const double TensorCoreTolerance = 2e-3;

    /// <summary>Whether the products of a row are TF32, so that full products of floats are no measure of it. What splits its operands promises float.</summary>
    public static bool IsTf32(BenchRow row) => row is { Operation.Name: "matmul", Kind: ElementKind.Float32 } && row.Variant.Split('-').Contains(Tf32);

    /// <summary>The name of a row's peer; null for none.</summary>
    public static string? NameOf(BenchRow row) => row.Operation.Name switch
    {
        _ when row.Shape.Lengths.Length != 3 => null,
        "matmul" => IsTf32(row) ? "cublas-tf32" : null,
        "quantized-gemm" => "cublaslt-int32",
        "float8-gemm" or "block-scaled-gemm" => "cublaslt",
        _ => null,
    };

    /// <summary>Makes it.</summary>
    /// <exception cref="CublasException">The library refuses it.</exception>
    /// <exception cref="CudaNotSupportedException">There is no such library, or it lacks a function.</exception>
    public static BenchPeer Create(CudaDevice device, BenchRow row, SampleClock clock)
    {
        if (!device.HasCublasLt)
        {
            throw new NotSupportedException("cuBLASLt was not found");
        }

        var (m, n, k) = ((int)row.Shape.Lengths[0], (int)row.Shape.Lengths[1], (int)row.Shape.Lengths[2]);
        return row.Operation.Name switch
        {
            "matmul" => Peer<float, float, float>(
                Problem<float, float, float>(m, n, k) with
                {
                    HasRowsOfK = row.Variant.StartsWith("wgmma", StringComparison.Ordinal),
                    Compute = cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_TF32,
                },
                range: 1,
                LtScales.None,
                TensorCoreTolerance),
            "quantized-gemm" => Peer<sbyte, sbyte, int>(
                Problem<sbyte, sbyte, int>(m, n, k) with { Compute = cublasComputeType_t.CUBLAS_COMPUTE_32I, ScaleType = CUDA_R_32I },
                range: 128,
                LtScales.None,
                tolerance: 0),
            _ => row.Kind switch
            {
                ElementKind.Float16 => OfFloat8<Half>(),
                ElementKind.BFloat16 => OfFloat8<BFloat16>(),
                ElementKind.Float64 => OfFloat8<double>(),
                _ => OfFloat8<float>(),
            },
        };

        BenchPeer OfFloat8<T>() where T : unmanaged => Formats(row) switch
        {
            (E5M2, E5M2) => Scaled<Float8E5M2, Float8E5M2, T>(),
            (E4M3, E5M2) => Scaled<Float8E4M3, Float8E5M2, T>(),
            (E5M2, E4M3) => Scaled<Float8E5M2, Float8E4M3, T>(),
            _ => Scaled<Float8E4M3, Float8E4M3, T>(),
        };

        BenchPeer Scaled<TLeft, TRight, T>() where TLeft : unmanaged where TRight : unmanaged where T : unmanaged
        {
            var problem = Problem<TLeft, TRight, T>(m, n, k);
            var tolerance = Math.Max(row.Operation.ToleranceOf(row.Kind, row.Variant), TensorCoreTolerance);
            return row.Operation.Name == "float8-gemm"
                ? Peer<TLeft, TRight, T>(problem, range: 4, LtScales.PerTensor(0.0625f, 0.0078125f), tolerance)
                : Peer<TLeft, TRight, T>(
                    problem with { LeftMode = CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F, RightMode = CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F },
                    range: 4,
                    LtScales.OfBlocks(m, n, k),
                    tolerance);
        }

        BenchPeer Peer<TLeft, TRight, T>(LtProblem problem, double range, LtScales scales, double tolerance)
            where TLeft : unmanaged
            where TRight : unmanaged
            where T : unmanaged
        {
            var peer = new LtPeer<TLeft, TRight, T>(device, problem, range, scales, tolerance);
            return new BenchPeer(new Contestant(NameOf(row)!, peer.Run, device.Synchronize) { Clock = clock }, peer.Poison, peer.Failure, peer);
        }
    }

    // Of variants such as e5m2-wgmma and e4m3-e5m2-tensor-core; one name is that of both.
    private static (string Left, string Right) Formats(BenchRow row)
    {
        var formats = row.Variant.Split('-').Where(part => part is E4M3 or E5M2).ToArray();
        return formats.Length == 0 ? (E4M3, E4M3) : (formats[0], formats[^1]);
    }

    private static LtProblem Problem<TLeft, TRight, T>(int m, int n, int k) where TLeft : unmanaged where TRight : unmanaged where T : unmanaged =>
        new(m, n, k) { LeftType = TypeOf<TLeft>(), RightType = TypeOf<TRight>(), ResultType = TypeOf<T>() };

    private static cudaDataType TypeOf<T>() where T : unmanaged => ElementType<T>.Kind switch
    {
        ElementKind.Float32 => CUDA_R_32F,
        ElementKind.Float64 => CUDA_R_64F,
        ElementKind.Float16 => CUDA_R_16F,
        ElementKind.BFloat16 => CUDA_R_16BF,
        ElementKind.Int8 => CUDA_R_8I,
        ElementKind.Int32 => CUDA_R_32I,
        ElementKind.Float8E4M3 => CUDA_R_8F_E4M3,
        ElementKind.Float8E5M2 => CUDA_R_8F_E5M2,
        var kind => throw new NotSupportedException($"cuBLASLt has no product of {kind}"),
    };
}
