using CudaKernels.Interop;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Emulation;

/// <summary>The matrix products of cuBLAS.</summary>
internal static unsafe class GemmCalls
{
    public static cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, float* alpha, float* A, int lda, float* B, int ldb, float* beta, float* C, int ldc) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, CUDA_R_32F, CUDA_R_32F, CUDA_R_32F), alpha, beta);

    public static cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, double* alpha, double* A, int lda, double* B, int ldb, double* beta, double* C, int ldc) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, CUDA_R_64F, CUDA_R_64F, CUDA_R_64F), alpha, beta);

    public static cublasStatus_t cublasHgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, Half* alpha, Half* A, int lda, Half* B, int ldb, Half* beta, Half* C, int ldc) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, CUDA_R_16F, CUDA_R_16F, CUDA_R_16F), alpha, beta);

    public static cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, float* alpha, float* A, int lda, long strideA, float* B, int ldb, long strideB, float* beta, float* C, int ldc, long strideC, int batchCount) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, CUDA_R_32F, CUDA_R_32F, CUDA_R_32F) with { StrideA = strideA, StrideB = strideB, StrideC = strideC, Batch = batchCount }, alpha, beta);

    public static cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, double* alpha, double* A, int lda, long strideA, double* B, int ldb, long strideB, double* beta, double* C, int ldc, long strideC, int batchCount) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, CUDA_R_64F, CUDA_R_64F, CUDA_R_64F) with { StrideA = strideA, StrideB = strideB, StrideC = strideC, Batch = batchCount }, alpha, beta);

    public static cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, void* alpha, void* A, cudaDataType Atype, int lda, void* B, cudaDataType Btype, int ldb, void* beta, void* C, cudaDataType Ctype, int ldc, cublasComputeType_t computeType, cublasGemmAlgo_t algo) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, InputOf(Atype, Btype), Ctype, ScaleOf(computeType, Atype, Ctype)), alpha, beta);

    public static cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, void* alpha, void* A, cudaDataType Atype, int lda, long strideA, void* B, cudaDataType Btype, int ldb, long strideB, void* beta, void* C, cudaDataType Ctype, int ldc, long strideC, int batchCount, cublasComputeType_t computeType, cublasGemmAlgo_t algo) =>
        Give(handle, Describe(transa, transb, m, n, k, A, lda, B, ldb, C, ldc, InputOf(Atype, Btype), Ctype, ScaleOf(computeType, Atype, Ctype)) with { StrideA = strideA, StrideB = strideB, StrideC = strideC, Batch = batchCount }, alpha, beta);

    private static GemmProduct Describe(cublasOperation_t transA, cublasOperation_t transB, long m, long n, long k, void* a, long lda, void* b, long ldb, void* c, long ldc, cudaDataType input, cudaDataType output, cudaDataType scale) => new()
    {
        TransposeA = IsTransposed(transA),
        TransposeB = IsTransposed(transB),
        M = m,
        N = n,
        K = k,
        A = (nuint)a,
        Lda = lda,
        B = (nuint)b,
        Ldb = ldb,
        C = (nuint)c,
        Ldc = ldc,
        Batch = 1,
        InputType = input,
        OutputType = output,
        ScaleType = scale,
    };

    private static cublasStatus_t Give(cublasHandle_t handle, in GemmProduct product, void* alpha, void* beta)
    {
        var blas = BlasHandle.Find(handle);
        var stream = StreamSubmission.Resolve(blas.Stream);
        if (stream.Context != blas.Context)
            return cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED;
        product.Validate();
        if (alpha is null || beta is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        if (product.IsEmpty)
            return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
        var operation = stream.NewOperation(stream.Device.Operations.Products);
        operation.Set(product, alpha, beta, blas.PointerMode == cublasPointerMode_t.CUBLAS_POINTER_MODE_DEVICE);
        stream.Give(operation);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    // Of real matrices the conjugate transpose is the transpose.
    private static bool IsTransposed(cublasOperation_t operation) => operation switch
    {
        cublasOperation_t.CUBLAS_OP_N => false,
        cublasOperation_t.CUBLAS_OP_T or cublasOperation_t.CUBLAS_OP_C => true,
        _ => throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE),
    };

    private static cudaDataType InputOf(cudaDataType a, cudaDataType b) => a == b ? a : throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);

    /// <summary>The type of alpha and beta, for the combinations of cuBLAS's table that are here.</summary>
    private static cudaDataType ScaleOf(cublasComputeType_t compute, cudaDataType input, cudaDataType output)
    {
        switch (compute)
        {
            case cublasComputeType_t.CUBLAS_COMPUTE_64F or cublasComputeType_t.CUBLAS_COMPUTE_64F_PEDANTIC when (input, output) is (CUDA_R_64F, CUDA_R_64F):
                return CUDA_R_64F;
            case cublasComputeType_t.CUBLAS_COMPUTE_16F or cublasComputeType_t.CUBLAS_COMPUTE_16F_PEDANTIC when (input, output) is (CUDA_R_16F, CUDA_R_16F):
                return CUDA_R_16F;
            case cublasComputeType_t.CUBLAS_COMPUTE_32I or cublasComputeType_t.CUBLAS_COMPUTE_32I_PEDANTIC when (input, output) is (CUDA_R_8I, CUDA_R_32I):
                return CUDA_R_32I;
            case cublasComputeType_t.CUBLAS_COMPUTE_32F or cublasComputeType_t.CUBLAS_COMPUTE_32F_PEDANTIC
                when (input, output) is (CUDA_R_32F, CUDA_R_32F) or (CUDA_R_16F, CUDA_R_16F) or (CUDA_R_16F, CUDA_R_32F) or (CUDA_R_16BF, CUDA_R_16BF) or (CUDA_R_16BF, CUDA_R_32F):
                return CUDA_R_32F;
            case cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_16F or cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_16BF or cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_TF32
                when (input, output) is (CUDA_R_32F, CUDA_R_32F):
                return CUDA_R_32F;
            default:
                throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        }
    }
}
