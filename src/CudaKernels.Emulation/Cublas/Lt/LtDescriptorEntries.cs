using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="LtDescriptorCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class LtDescriptorEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cublasLtMatmulDescCreate"] = (nint)(delegate* unmanaged<cublasLtMatmulDesc_t*, cublasComputeType_t, cudaDataType, cublasStatus_t>)&cublasLtMatmulDescCreate;
        table["cublasLtMatmulDescDestroy"] = (nint)(delegate* unmanaged<cublasLtMatmulDesc_t, cublasStatus_t>)&cublasLtMatmulDescDestroy;
        table["cublasLtMatmulDescSetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t, void*, nuint, cublasStatus_t>)&cublasLtMatmulDescSetAttribute;
        table["cublasLtMatmulDescGetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t, void*, nuint, nuint*, cublasStatus_t>)&cublasLtMatmulDescGetAttribute;
        table["cublasLtMatrixLayoutCreate"] = (nint)(delegate* unmanaged<cublasLtMatrixLayout_t*, cudaDataType, ulong, ulong, long, cublasStatus_t>)&cublasLtMatrixLayoutCreate;
        table["cublasLtMatrixLayoutDestroy"] = (nint)(delegate* unmanaged<cublasLtMatrixLayout_t, cublasStatus_t>)&cublasLtMatrixLayoutDestroy;
        table["cublasLtMatrixLayoutSetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatrixLayout_t, cublasLtMatrixLayoutAttribute_t, void*, nuint, cublasStatus_t>)&cublasLtMatrixLayoutSetAttribute;
        table["cublasLtMatrixLayoutGetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatrixLayout_t, cublasLtMatrixLayoutAttribute_t, void*, nuint, nuint*, cublasStatus_t>)&cublasLtMatrixLayoutGetAttribute;
        table["cublasLtMatmulPreferenceCreate"] = (nint)(delegate* unmanaged<cublasLtMatmulPreference_t*, cublasStatus_t>)&cublasLtMatmulPreferenceCreate;
        table["cublasLtMatmulPreferenceDestroy"] = (nint)(delegate* unmanaged<cublasLtMatmulPreference_t, cublasStatus_t>)&cublasLtMatmulPreferenceDestroy;
        table["cublasLtMatmulPreferenceSetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t, void*, nuint, cublasStatus_t>)&cublasLtMatmulPreferenceSetAttribute;
        table["cublasLtMatmulPreferenceGetAttribute"] = (nint)(delegate* unmanaged<cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t, void*, nuint, nuint*, cublasStatus_t>)&cublasLtMatmulPreferenceGetAttribute;
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* matmulDesc, cublasComputeType_t computeType, cudaDataType scaleType)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulDescCreate");
            return LtDescriptorCalls.cublasLtMatmulDescCreate(matmulDesc, computeType, scaleType);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t matmulDesc)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulDescDestroy");
            return LtDescriptorCalls.cublasLtMatmulDescDestroy(matmulDesc);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t matmulDesc, cublasLtMatmulDescAttributes_t attr, void* buf, nuint sizeInBytes)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulDescSetAttribute");
            return LtDescriptorCalls.cublasLtMatmulDescSetAttribute(matmulDesc, attr, buf, sizeInBytes);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulDescGetAttribute(cublasLtMatmulDesc_t matmulDesc, cublasLtMatmulDescAttributes_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulDescGetAttribute");
            return LtDescriptorCalls.cublasLtMatmulDescGetAttribute(matmulDesc, attr, buf, sizeInBytes, sizeWritten);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* matLayout, cudaDataType type, ulong rows, ulong cols, long ld)
    {
        try
        {
            BlasCall.Begin("cublasLtMatrixLayoutCreate");
            return LtDescriptorCalls.cublasLtMatrixLayoutCreate(matLayout, type, rows, cols, ld);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t matLayout)
    {
        try
        {
            BlasCall.Begin("cublasLtMatrixLayoutDestroy");
            return LtDescriptorCalls.cublasLtMatrixLayoutDestroy(matLayout);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t matLayout, cublasLtMatrixLayoutAttribute_t attr, void* buf, nuint sizeInBytes)
    {
        try
        {
            BlasCall.Begin("cublasLtMatrixLayoutSetAttribute");
            return LtDescriptorCalls.cublasLtMatrixLayoutSetAttribute(matLayout, attr, buf, sizeInBytes);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatrixLayoutGetAttribute(cublasLtMatrixLayout_t matLayout, cublasLtMatrixLayoutAttribute_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten)
    {
        try
        {
            BlasCall.Begin("cublasLtMatrixLayoutGetAttribute");
            return LtDescriptorCalls.cublasLtMatrixLayoutGetAttribute(matLayout, attr, buf, sizeInBytes, sizeWritten);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* pref)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulPreferenceCreate");
            return LtDescriptorCalls.cublasLtMatmulPreferenceCreate(pref);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t pref)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulPreferenceDestroy");
            return LtDescriptorCalls.cublasLtMatmulPreferenceDestroy(pref);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t pref, cublasLtMatmulPreferenceAttributes_t attr, void* buf, nuint sizeInBytes)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulPreferenceSetAttribute");
            return LtDescriptorCalls.cublasLtMatmulPreferenceSetAttribute(pref, attr, buf, sizeInBytes);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulPreferenceGetAttribute(cublasLtMatmulPreference_t pref, cublasLtMatmulPreferenceAttributes_t attr, void* buf, nuint sizeInBytes, nuint* sizeWritten)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulPreferenceGetAttribute");
            return LtDescriptorCalls.cublasLtMatmulPreferenceGetAttribute(pref, attr, buf, sizeInBytes, sizeWritten);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }
}
