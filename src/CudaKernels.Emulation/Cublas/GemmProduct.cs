using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A batch of matrix products as cuBLAS describes them: column-major, with strides between the matrices of the batch.</summary>
internal readonly unsafe record struct GemmProduct
{
    public required bool TransposeA { get; init; }

    public required bool TransposeB { get; init; }

    public required long M { get; init; }

    public required long N { get; init; }

    public required long K { get; init; }

    public required nuint A { get; init; }

    public required long Lda { get; init; }

    public long StrideA { get; init; }

    public required nuint B { get; init; }

    public required long Ldb { get; init; }

    public long StrideB { get; init; }

    public required nuint C { get; init; }

    public required long Ldc { get; init; }

    public long StrideC { get; init; }

    public long Batch { get; init; }

    /// <summary>The type of A and B, and of C.</summary>
    public required cudaDataType InputType { get; init; }

    public required cudaDataType OutputType { get; init; }

    /// <summary>The type that alpha and beta are given in.</summary>
    public required cudaDataType ScaleType { get; init; }

    /// <summary>Ends the call as cuBLAS ends one whose sizes do not fit.</summary>
    public void Validate()
    {
        if (M < 0 || N < 0 || K < 0 || Batch < 0
            || Lda < Math.Max(1, TransposeA ? K : M) || Ldb < Math.Max(1, TransposeB ? N : K) || Ldc < Math.Max(1, M))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        if (!IsEmpty && (C == 0 || (K > 0 && (A == 0 || B == 0))))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
    }

    public bool IsEmpty => M == 0 || N == 0 || Batch == 0;

    /// <summary>Bytes from the first to the last element of a batch of matrices.</summary>
    public static nuint Extent(long rows, long columns, long leading, long stride, long batch, int elementSize) =>
        rows == 0 || columns == 0 || batch == 0 ? 0 : (nuint)((((batch - 1) * stride) + ((columns - 1) * leading) + rows) * elementSize);

    public static int SizeOf(cudaDataType type) => type switch
    {
        cudaDataType.CUDA_R_64F => 8,
        cudaDataType.CUDA_R_32F or cudaDataType.CUDA_R_32I => 4,
        cudaDataType.CUDA_R_16F or cudaDataType.CUDA_R_16BF => 2,
        cudaDataType.CUDA_R_8I => 1,
        _ => throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED),
    };

    /// <summary>Reads alpha or beta.</summary>
    public static double ReadScale(void* value, cudaDataType type) => type switch
    {
        cudaDataType.CUDA_R_64F => *(double*)value,
        cudaDataType.CUDA_R_32F => *(float*)value,
        cudaDataType.CUDA_R_16F => (double)*(Half*)value,
        cudaDataType.CUDA_R_32I => *(int*)value,
        _ => throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED),
    };
}
