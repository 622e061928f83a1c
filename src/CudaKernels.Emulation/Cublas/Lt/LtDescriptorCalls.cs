using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatrixLayoutAttribute_t;

namespace CudaKernels.Emulation;

/// <summary>The functions of cuBLASLt that make, read and change descriptors.</summary>
internal static unsafe class LtDescriptorCalls
{
    public static cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* matmulDesc, cublasComputeType_t computeType, cudaDataType scaleType)
    {
        if (matmulDesc is null || !Enum.IsDefined(computeType) || !Enum.IsDefined(scaleType))
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var descriptor = new LtDescriptor(LtAttributes.Matmul);
        descriptor.Put((int)CUBLASLT_MATMUL_DESC_COMPUTE_TYPE, (ulong)computeType);
        descriptor.Put((int)CUBLASLT_MATMUL_DESC_SCALE_TYPE, (ulong)scaleType);
        *matmulDesc = new cublasLtMatmulDesc_t(LtDescriptor.Add(descriptor));
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t matmulDesc) => Destroy(matmulDesc.Value, LtAttributes.Matmul);

    public static cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t matmulDesc, cublasLtMatmulDescAttributes_t attr, void* buf, nuint sizeInBytes) =>
        Set(matmulDesc.Value, LtAttributes.Matmul, (int)attr, buf, sizeInBytes);

    public static cublasStatus_t cublasLtMatmulDescGetAttribute(cublasLtMatmulDesc_t matmulDesc, cublasLtMatmulDescAttributes_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten) =>
        Get(matmulDesc.Value, LtAttributes.Matmul, (int)attr, buf, sizeInBytes, sizeWritten);

    public static cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* matLayout, cudaDataType type, ulong rows, ulong cols, long ld)
    {
        if (matLayout is null || !Enum.IsDefined(type))
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        var descriptor = new LtDescriptor(LtAttributes.Layout);
        descriptor.Put((int)CUBLASLT_MATRIX_LAYOUT_TYPE, (ulong)type);
        descriptor.Put((int)CUBLASLT_MATRIX_LAYOUT_ROWS, rows);
        descriptor.Put((int)CUBLASLT_MATRIX_LAYOUT_COLS, cols);
        descriptor.Put((int)CUBLASLT_MATRIX_LAYOUT_LD, (ulong)ld);
        *matLayout = new cublasLtMatrixLayout_t(LtDescriptor.Add(descriptor));
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t matLayout) => Destroy(matLayout.Value, LtAttributes.Layout);

    public static cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t matLayout, cublasLtMatrixLayoutAttribute_t attr, void* buf, nuint sizeInBytes) =>
        Set(matLayout.Value, LtAttributes.Layout, (int)attr, buf, sizeInBytes);

    public static cublasStatus_t cublasLtMatrixLayoutGetAttribute(cublasLtMatrixLayout_t matLayout, cublasLtMatrixLayoutAttribute_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten) =>
        Get(matLayout.Value, LtAttributes.Layout, (int)attr, buf, sizeInBytes, sizeWritten);

    public static cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* pref)
    {
        if (pref is null)
            return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
        *pref = new cublasLtMatmulPreference_t(LtDescriptor.Add(new LtDescriptor(LtAttributes.Preference)));
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    public static cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t pref) => Destroy(pref.Value, LtAttributes.Preference);

    public static cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t pref, cublasLtMatmulPreferenceAttributes_t attr, void* buf, nuint sizeInBytes) =>
        Set(pref.Value, LtAttributes.Preference, (int)attr, buf, sizeInBytes);

    public static cublasStatus_t cublasLtMatmulPreferenceGetAttribute(cublasLtMatmulPreference_t pref, cublasLtMatmulPreferenceAttributes_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten) =>
        Get(pref.Value, LtAttributes.Preference, (int)attr, buf, sizeInBytes, sizeWritten);

    private static cublasStatus_t Destroy(nint handle, Dictionary<int, LtAttribute> attributes)
    {
        LtDescriptor.Remove(handle, attributes);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    private static cublasStatus_t Set(nint handle, Dictionary<int, LtAttribute> attributes, int attribute, void* buffer, nuint size)
    {
        LtDescriptor.Find(handle, attributes).Set(attribute, buffer, size);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }

    private static cublasStatus_t Get(nint handle, Dictionary<int, LtAttribute> attributes, int attribute, void* buffer, nuint size, nuint* written)
    {
        LtDescriptor.Find(handle, attributes).Get(attribute, buffer, size, written);
        return cublasStatus_t.CUBLAS_STATUS_SUCCESS;
    }
}
