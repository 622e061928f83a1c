using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="GemmCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class GemmEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cublasSgemm"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, float*, float*, int, float*, int, float*, float*, int, cublasStatus_t>)&cublasSgemm;
        table["cublasDgemm"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, double*, double*, int, double*, int, double*, double*, int, cublasStatus_t>)&cublasDgemm;
        table["cublasHgemm"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, Half*, Half*, int, Half*, int, Half*, Half*, int, cublasStatus_t>)&cublasHgemm;
        table["cublasSgemmStridedBatched"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, float*, float*, int, long, float*, int, long, float*, float*, int, long, int, cublasStatus_t>)&cublasSgemmStridedBatched;
        table["cublasDgemmStridedBatched"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, double*, double*, int, long, double*, int, long, double*, double*, int, long, int, cublasStatus_t>)&cublasDgemmStridedBatched;
        table["cublasGemmEx"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, void*, void*, cudaDataType, int, void*, cudaDataType, int, void*, void*, cudaDataType, int, cublasComputeType_t, cublasGemmAlgo_t, cublasStatus_t>)&cublasGemmEx;
        table["cublasGemmStridedBatchedEx"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, void*, void*, cudaDataType, int, long, void*, cudaDataType, int, long, void*, void*, cudaDataType, int, long, int, cublasComputeType_t, cublasGemmAlgo_t, cublasStatus_t>)&cublasGemmStridedBatchedEx;
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, float* alpha, float* A, int lda, float* B, int ldb, float* beta, float* C, int ldc)
    {
        try
        {
            BlasCall.Begin("cublasSgemm");
            return GemmCalls.cublasSgemm(handle, transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, double* alpha, double* A, int lda, double* B, int ldb, double* beta, double* C, int ldc)
    {
        try
        {
            BlasCall.Begin("cublasDgemm");
            return GemmCalls.cublasDgemm(handle, transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasHgemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, Half* alpha, Half* A, int lda, Half* B, int ldb, Half* beta, Half* C, int ldc)
    {
        try
        {
            BlasCall.Begin("cublasHgemm");
            return GemmCalls.cublasHgemm(handle, transa, transb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, float* alpha, float* A, int lda, long strideA, float* B, int ldb, long strideB, float* beta, float* C, int ldc, long strideC, int batchCount)
    {
        try
        {
            BlasCall.Begin("cublasSgemmStridedBatched");
            return GemmCalls.cublasSgemmStridedBatched(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C, ldc, strideC, batchCount);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, double* alpha, double* A, int lda, long strideA, double* B, int ldb, long strideB, double* beta, double* C, int ldc, long strideC, int batchCount)
    {
        try
        {
            BlasCall.Begin("cublasDgemmStridedBatched");
            return GemmCalls.cublasDgemmStridedBatched(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C, ldc, strideC, batchCount);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, void* alpha, void* A, cudaDataType Atype, int lda, void* B, cudaDataType Btype, int ldb, void* beta, void* C, cudaDataType Ctype, int ldc, cublasComputeType_t computeType, cublasGemmAlgo_t algo)
    {
        try
        {
            BlasCall.Begin("cublasGemmEx");
            return GemmCalls.cublasGemmEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda, B, Btype, ldb, beta, C, Ctype, ldc, computeType, algo);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb, int m, int n, int k, void* alpha, void* A, cudaDataType Atype, int lda, long strideA, void* B, cudaDataType Btype, int ldb, long strideB, void* beta, void* C, cudaDataType Ctype, int ldc, long strideC, int batchCount, cublasComputeType_t computeType, cublasGemmAlgo_t algo)
    {
        try
        {
            BlasCall.Begin("cublasGemmStridedBatchedEx");
            return GemmCalls.cublasGemmStridedBatchedEx(handle, transa, transb, m, n, k, alpha, A, Atype, lda, strideA, B, Btype, ldb, strideB, beta, C, Ctype, ldc, strideC, batchCount, computeType, algo);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }
}
