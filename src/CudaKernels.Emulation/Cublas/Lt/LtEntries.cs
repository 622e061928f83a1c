using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="LtHandleCalls"/> and <see cref="LtMatmulCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class LtEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cublasLtCreate"] = (nint)(delegate* unmanaged<cublasLtHandle_t*, cublasStatus_t>)&cublasLtCreate;
        table["cublasLtDestroy"] = (nint)(delegate* unmanaged<cublasLtHandle_t, cublasStatus_t>)&cublasLtDestroy;
        table["cublasLtGetVersion"] = (nint)(delegate* unmanaged<nuint>)&cublasLtGetVersion;
        table["cublasLtGetCudartVersion"] = (nint)(delegate* unmanaged<nuint>)&cublasLtGetCudartVersion;
        table["cublasLtGetProperty"] = (nint)(delegate* unmanaged<libraryPropertyType, int*, cublasStatus_t>)&cublasLtGetProperty;
        table["cublasLtGetStatusName"] = (nint)(delegate* unmanaged<cublasStatus_t, byte*>)&cublasLtGetStatusName;
        table["cublasLtGetStatusString"] = (nint)(delegate* unmanaged<cublasStatus_t, byte*>)&cublasLtGetStatusString;
        table["cublasLtMatmulAlgoGetHeuristic"] = (nint)(delegate* unmanaged<cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatmulPreference_t, int, cublasLtMatmulHeuristicResult_t*, int*, cublasStatus_t>)&cublasLtMatmulAlgoGetHeuristic;
        table["cublasLtMatmul"] = (nint)(delegate* unmanaged<cublasLtHandle_t, cublasLtMatmulDesc_t, void*, void*, cublasLtMatrixLayout_t, void*, cublasLtMatrixLayout_t, void*, void*, cublasLtMatrixLayout_t, void*, cublasLtMatrixLayout_t, cublasLtMatmulAlgo_t*, void*, nuint, CUstream, cublasStatus_t>)&cublasLtMatmul;
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtCreate(cublasLtHandle_t* lightHandle)
    {
        try
        {
            BlasCall.Begin("cublasLtCreate");
            return LtHandleCalls.cublasLtCreate(lightHandle);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtDestroy(cublasLtHandle_t lightHandle)
    {
        try
        {
            BlasCall.Begin("cublasLtDestroy");
            return LtHandleCalls.cublasLtDestroy(lightHandle);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nuint cublasLtGetVersion()
    {
        try
        {
            BlasCall.Begin("cublasLtGetVersion");
            return LtHandleCalls.cublasLtGetVersion();
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtCount(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nuint cublasLtGetCudartVersion()
    {
        try
        {
            BlasCall.Begin("cublasLtGetCudartVersion");
            return LtHandleCalls.cublasLtGetCudartVersion();
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtCount(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtGetProperty(libraryPropertyType type, int* value)
    {
        try
        {
            BlasCall.Begin("cublasLtGetProperty");
            return LtHandleCalls.cublasLtGetProperty(type, value);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* cublasLtGetStatusName(cublasStatus_t status)
    {
        try
        {
            BlasCall.Begin("cublasLtGetStatusName");
            return LtHandleCalls.cublasLtGetStatusName(status);
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtText(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* cublasLtGetStatusString(cublasStatus_t status)
    {
        try
        {
            BlasCall.Begin("cublasLtGetStatusString");
            return LtHandleCalls.cublasLtGetStatusString(status);
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtText(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t lightHandle, cublasLtMatmulDesc_t operationDesc, cublasLtMatrixLayout_t Adesc, cublasLtMatrixLayout_t Bdesc, cublasLtMatrixLayout_t Cdesc, cublasLtMatrixLayout_t Ddesc, cublasLtMatmulPreference_t preference, int requestedAlgoCount, cublasLtMatmulHeuristicResult_t* heuristicResultsArray, int* returnAlgoCount)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmulAlgoGetHeuristic");
            return LtMatmulCalls.cublasLtMatmulAlgoGetHeuristic(lightHandle, operationDesc, Adesc, Bdesc, Cdesc, Ddesc, preference, requestedAlgoCount, heuristicResultsArray, returnAlgoCount);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasLtMatmul(cublasLtHandle_t lightHandle, cublasLtMatmulDesc_t computeDesc, void* alpha, void* A, cublasLtMatrixLayout_t Adesc, void* B, cublasLtMatrixLayout_t Bdesc, void* beta, void* C, cublasLtMatrixLayout_t Cdesc, void* D, cublasLtMatrixLayout_t Ddesc, cublasLtMatmulAlgo_t* algo, void* workspace, nuint workspaceSizeInBytes, CUstream stream)
    {
        try
        {
            BlasCall.Begin("cublasLtMatmul");
            return LtMatmulCalls.cublasLtMatmul(lightHandle, computeDesc, alpha, A, Adesc, B, Bdesc, beta, C, Cdesc, D, Ddesc, algo, workspace, workspaceSizeInBytes, stream);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }
}
