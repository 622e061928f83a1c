using CudaKernels.Interop;
using static CudaKernels.Interop.cublasComputeType_t;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;
using static CudaKernels.Interop.cudaDataType;

namespace CudaKernels.Emulation;

/// <summary>Which products cuBLASLt has an algorithm for, of those that are here, by its documentation.</summary>
internal static class LtRules
{
    /// <summary>What the first element of a matrix of 8-bit floats has to be aligned to, and its lengths be multiples of, in bytes.</summary>
    public const int Float8Alignment = 16;

    /// <summary>The same for 8-bit integers.</summary>
    public const int Int8Alignment = 4;

    private static readonly Version s_tf32 = new(8, 0);
    private static readonly Version s_float8 = new(8, 9);

    /// <summary>What A and B, and of 8-bit floats also D, have to be aligned to.</summary>
    public static int AlignmentOf(in LtProduct product) => product.A.IsFloat8 ? Float8Alignment : product.A.Type == CUDA_R_8I ? Int8Alignment : product.A.Size;

    /// <summary>Ends the call with CUBLAS_STATUS_NOT_SUPPORTED where there is no algorithm, with CUBLAS_STATUS_INVALID_VALUE where scales do not belong to the types.</summary>
    public static void Require(in LtProduct product, Version capability)
    {
        if (product.PointerMode is not (cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_HOST or cublasLtPointerMode_t.CUBLASLT_POINTER_MODE_DEVICE))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        if (!product.A.IsFloat8 && (product.ScalesA != 0 || product.ScalesB != 0 || product.IsScaledByBlocks))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        var isHere = (product.A.Type, product.B.Type) switch
        {
            (CUDA_R_32F, CUDA_R_32F) => IsFloat32(product, capability),
            (CUDA_R_16F, CUDA_R_16F) or (CUDA_R_16BF, CUDA_R_16BF) =>
                IsFloat(product, CUBLAS_COMPUTE_32F_PEDANTIC) && (product.D.Type == product.A.Type || product.D.Type == CUDA_R_32F),
            (CUDA_R_8I, CUDA_R_8I) => IsInt8(product),
            // Two of E5M2 have no algorithm.
            (CUDA_R_8F_E4M3, CUDA_R_8F_E4M3) or (CUDA_R_8F_E4M3, CUDA_R_8F_E5M2) or (CUDA_R_8F_E5M2, CUDA_R_8F_E4M3) => IsFloat8(product, capability),
            _ => false,
        };
        if (!isHere || product.C.Type != product.D.Type)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        if (product.IsScaledByBlocks && (product.ScalesA == 0 || product.ScalesB == 0 || product.ScalesA % Float8Alignment != 0 || product.ScalesB % Float8Alignment != 0))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
    }

    private static bool IsFloat(in LtProduct product, cublasComputeType_t alsoBy) =>
        product.ScaleType == CUDA_R_32F && (product.Compute == CUBLAS_COMPUTE_32F || product.Compute == alsoBy);

    private static bool IsFloat32(in LtProduct product, Version capability) =>
        product.D.Type == CUDA_R_32F
        && (IsFloat(product, CUBLAS_COMPUTE_32F_PEDANTIC) || (IsFloat(product, CUBLAS_COMPUTE_32F_FAST_TF32) && capability >= s_tf32));

    private static bool IsTransposedByA(in LtProduct product) => product.TransposeA && !product.TransposeB;

    private static bool AreMultiples(int of, params ReadOnlySpan<long> lengths)
    {
        foreach (var length in lengths)
        {
            if (length % of != 0)
                return false;
        }

        return true;
    }

    private static bool IsInt8(in LtProduct product) =>
        product.D.Type == CUDA_R_32I
        && product.ScaleType == CUDA_R_32I
        && product.Compute is CUBLAS_COMPUTE_32I or CUBLAS_COMPUTE_32I_PEDANTIC
        && IsTransposedByA(product)
        && AreMultiples(Int8Alignment, product.M, product.K, product.A.Leading, product.B.Leading, product.C.Leading, product.D.Leading);

    private static bool IsFloat8(in LtProduct product, Version capability) =>
        capability >= s_float8
        && IsFloat(product, CUBLAS_COMPUTE_32F)
        && product.D.Type is CUDA_R_32F or CUDA_R_16F or CUDA_R_16BF
        && IsTransposedByA(product)
        && AreMultiples(Float8Alignment, product.M, product.N, product.K, product.A.Leading, product.B.Leading)
        && AreMultiples(Float8Alignment, product.C.Leading * product.C.Size, product.D.Leading * product.D.Size)
        && (product.ModeA, product.ModeB) switch
        {
            (CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F, CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F) => true,
            // Of blocks of 128x128 on both sides there are none.
            (CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F, CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F or CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F)
                or (CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F, CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F) => capability.Major == 9,
            _ => false,
        };
}
