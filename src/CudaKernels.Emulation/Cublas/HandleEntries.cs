using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="HandleCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class HandleEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cublasCreate"] = (nint)(delegate* unmanaged<cublasHandle_t*, cublasStatus_t>)&cublasCreate;
        table["cublasDestroy"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasStatus_t>)&cublasDestroy;
        table["cublasGetVersion"] = (nint)(delegate* unmanaged<cublasHandle_t, int*, cublasStatus_t>)&cublasGetVersion;
        table["cublasGetProperty"] = (nint)(delegate* unmanaged<libraryPropertyType, int*, cublasStatus_t>)&cublasGetProperty;
        table["cublasGetCudartVersion"] = (nint)(delegate* unmanaged<nuint>)&cublasGetCudartVersion;
        table["cublasSetStream"] = (nint)(delegate* unmanaged<cublasHandle_t, CUstream, cublasStatus_t>)&cublasSetStream;
        table["cublasGetStream"] = (nint)(delegate* unmanaged<cublasHandle_t, CUstream*, cublasStatus_t>)&cublasGetStream;
        table["cublasSetWorkspace"] = (nint)(delegate* unmanaged<cublasHandle_t, void*, nuint, cublasStatus_t>)&cublasSetWorkspace;
        table["cublasSetMathMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasMath_t, cublasStatus_t>)&cublasSetMathMode;
        table["cublasGetMathMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasMath_t*, cublasStatus_t>)&cublasGetMathMode;
        table["cublasSetPointerMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasPointerMode_t, cublasStatus_t>)&cublasSetPointerMode;
        table["cublasGetPointerMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasPointerMode_t*, cublasStatus_t>)&cublasGetPointerMode;
        table["cublasSetAtomicsMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasAtomicsMode_t, cublasStatus_t>)&cublasSetAtomicsMode;
        table["cublasGetAtomicsMode"] = (nint)(delegate* unmanaged<cublasHandle_t, cublasAtomicsMode_t*, cublasStatus_t>)&cublasGetAtomicsMode;
        table["cublasGetStatusName"] = (nint)(delegate* unmanaged<cublasStatus_t, byte*>)&cublasGetStatusName;
        table["cublasGetStatusString"] = (nint)(delegate* unmanaged<cublasStatus_t, byte*>)&cublasGetStatusString;
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasCreate(cublasHandle_t* handle)
    {
        try
        {
            BlasCall.Begin("cublasCreate");
            return HandleCalls.cublasCreate(handle);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasDestroy(cublasHandle_t handle)
    {
        try
        {
            BlasCall.Begin("cublasDestroy");
            return HandleCalls.cublasDestroy(handle);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetVersion(cublasHandle_t handle, int* version)
    {
        try
        {
            BlasCall.Begin("cublasGetVersion");
            return HandleCalls.cublasGetVersion(handle, version);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetProperty(libraryPropertyType type, int* value)
    {
        try
        {
            BlasCall.Begin("cublasGetProperty");
            return HandleCalls.cublasGetProperty(type, value);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nuint cublasGetCudartVersion()
    {
        try
        {
            BlasCall.Begin("cublasGetCudartVersion");
            return HandleCalls.cublasGetCudartVersion();
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtCount(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSetStream(cublasHandle_t handle, CUstream streamId)
    {
        try
        {
            BlasCall.Begin("cublasSetStream");
            return HandleCalls.cublasSetStream(handle, streamId);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetStream(cublasHandle_t handle, CUstream* streamId)
    {
        try
        {
            BlasCall.Begin("cublasGetStream");
            return HandleCalls.cublasGetStream(handle, streamId);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void* workspace, nuint workspaceSizeInBytes)
    {
        try
        {
            BlasCall.Begin("cublasSetWorkspace");
            return HandleCalls.cublasSetWorkspace(handle, workspace, workspaceSizeInBytes);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode)
    {
        try
        {
            BlasCall.Begin("cublasSetMathMode");
            return HandleCalls.cublasSetMathMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetMathMode(cublasHandle_t handle, cublasMath_t* mode)
    {
        try
        {
            BlasCall.Begin("cublasGetMathMode");
            return HandleCalls.cublasGetMathMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSetPointerMode(cublasHandle_t handle, cublasPointerMode_t mode)
    {
        try
        {
            BlasCall.Begin("cublasSetPointerMode");
            return HandleCalls.cublasSetPointerMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetPointerMode(cublasHandle_t handle, cublasPointerMode_t* mode)
    {
        try
        {
            BlasCall.Begin("cublasGetPointerMode");
            return HandleCalls.cublasGetPointerMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasSetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t mode)
    {
        try
        {
            BlasCall.Begin("cublasSetAtomicsMode");
            return HandleCalls.cublasSetAtomicsMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static cublasStatus_t cublasGetAtomicsMode(cublasHandle_t handle, cublasAtomicsMode_t* mode)
    {
        try
        {
            BlasCall.Begin("cublasGetAtomicsMode");
            return HandleCalls.cublasGetAtomicsMode(handle, mode);
        }
        catch (Exception failure)
        {
            return BlasCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* cublasGetStatusName(cublasStatus_t status)
    {
        try
        {
            BlasCall.Begin("cublasGetStatusName");
            return HandleCalls.cublasGetStatusName(status);
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtText(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* cublasGetStatusString(cublasStatus_t status)
    {
        try
        {
            BlasCall.Begin("cublasGetStatusString");
            return HandleCalls.cublasGetStatusString(status);
        }
        catch (Exception failure)
        {
            return BlasCall.CaughtText(failure);
        }
    }
}
