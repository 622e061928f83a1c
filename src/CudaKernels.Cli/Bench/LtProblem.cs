using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;

namespace CudaKernels.Cli.Bench;

/// <summary>A product of row-major matrices for cuBLASLt: C[m, n] = A[m, k] · B, with B stored as [k, n], or transposed as [n, k].</summary>
/// <param name="M">The rows of A and C.</param>
/// <param name="N">The columns of C.</param>
/// <param name="K">The length of the sums.</param>
internal sealed record LtProblem(int M, int N, int K)
{
    /// <summary>Whether B is stored as [n, k].</summary>
    public bool HasRowsOfK { get; init; } = true;

    public required cudaDataType LeftType { get; init; }

    public required cudaDataType RightType { get; init; }

    public required cudaDataType ResultType { get; init; }

    public cublasComputeType_t Compute { get; init; } = cublasComputeType_t.CUBLAS_COMPUTE_32F;

    /// <summary>The type of alpha and beta.</summary>
    public cudaDataType ScaleType { get; init; } = cudaDataType.CUDA_R_32F;

    /// <summary>How the scales of A are laid out, where there are any.</summary>
    public cublasLtMatmulMatrixScale_t LeftMode { get; init; } = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;

    public cublasLtMatmulMatrixScale_t RightMode { get; init; } = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;
}

/// <summary>Where the operands of a product lie on the device.</summary>
/// <param name="Left">A.</param>
/// <param name="Right">B.</param>
/// <param name="Result">C.</param>
/// <param name="LeftScales">The scales of A; 0 for none.</param>
/// <param name="RightScales">The scales of B; 0 for none.</param>
internal readonly record struct LtOperands(CUdeviceptr Left, CUdeviceptr Right, CUdeviceptr Result, CUdeviceptr LeftScales, CUdeviceptr RightScales);
