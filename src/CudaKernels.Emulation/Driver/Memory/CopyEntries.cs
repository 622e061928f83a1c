using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="CopyCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class CopyEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuMemcpy"] = (nint)(delegate* unmanaged<CUdeviceptr, CUdeviceptr, nuint, CUresult>)&cuMemcpy;
        table["cuMemcpyHtoD"] = (nint)(delegate* unmanaged<CUdeviceptr, void*, nuint, CUresult>)&cuMemcpyHtoD;
        table["cuMemcpyDtoH"] = (nint)(delegate* unmanaged<void*, CUdeviceptr, nuint, CUresult>)&cuMemcpyDtoH;
        table["cuMemcpyDtoD"] = (nint)(delegate* unmanaged<CUdeviceptr, CUdeviceptr, nuint, CUresult>)&cuMemcpyDtoD;
        table["cuMemcpyAsync"] = (nint)(delegate* unmanaged<CUdeviceptr, CUdeviceptr, nuint, CUstream, CUresult>)&cuMemcpyAsync;
        table["cuMemcpyHtoDAsync"] = (nint)(delegate* unmanaged<CUdeviceptr, void*, nuint, CUstream, CUresult>)&cuMemcpyHtoDAsync;
        table["cuMemcpyDtoHAsync"] = (nint)(delegate* unmanaged<void*, CUdeviceptr, nuint, CUstream, CUresult>)&cuMemcpyDtoHAsync;
        table["cuMemcpyDtoDAsync"] = (nint)(delegate* unmanaged<CUdeviceptr, CUdeviceptr, nuint, CUstream, CUresult>)&cuMemcpyDtoDAsync;
        table["cuMemcpy2D"] = (nint)(delegate* unmanaged<CUDA_MEMCPY2D*, CUresult>)&cuMemcpy2D;
        table["cuMemcpy2DUnaligned"] = (nint)(delegate* unmanaged<CUDA_MEMCPY2D*, CUresult>)&cuMemcpy2DUnaligned;
        table["cuMemcpy2DAsync"] = (nint)(delegate* unmanaged<CUDA_MEMCPY2D*, CUstream, CUresult>)&cuMemcpy2DAsync;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpy(CUdeviceptr dst, CUdeviceptr src, nuint ByteCount)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpy");
            return CopyCalls.cuMemcpy(dst, src, ByteCount);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyHtoD(CUdeviceptr dstDevice, void* srcHost, nuint ByteCount)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyHtoD");
            return CopyCalls.cuMemcpyHtoD(dstDevice, srcHost, ByteCount);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoH(void* dstHost, CUdeviceptr srcDevice, nuint ByteCount)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyDtoH");
            return CopyCalls.cuMemcpyDtoH(dstHost, srcDevice, ByteCount);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoD(CUdeviceptr dstDevice, CUdeviceptr srcDevice, nuint ByteCount)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyDtoD");
            return CopyCalls.cuMemcpyDtoD(dstDevice, srcDevice, ByteCount);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyAsync(CUdeviceptr dst, CUdeviceptr src, nuint ByteCount, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyAsync");
            return CopyCalls.cuMemcpyAsync(dst, src, ByteCount, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyHtoDAsync(CUdeviceptr dstDevice, void* srcHost, nuint ByteCount, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyHtoDAsync");
            return CopyCalls.cuMemcpyHtoDAsync(dstDevice, srcHost, ByteCount, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoHAsync(void* dstHost, CUdeviceptr srcDevice, nuint ByteCount, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyDtoHAsync");
            return CopyCalls.cuMemcpyDtoHAsync(dstHost, srcDevice, ByteCount, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoDAsync(CUdeviceptr dstDevice, CUdeviceptr srcDevice, nuint ByteCount, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpyDtoDAsync");
            return CopyCalls.cuMemcpyDtoDAsync(dstDevice, srcDevice, ByteCount, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpy2D(CUDA_MEMCPY2D* pCopy)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpy2D");
            return CopyCalls.cuMemcpy2D(pCopy);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpy2DUnaligned(CUDA_MEMCPY2D* pCopy)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpy2DUnaligned");
            return CopyCalls.cuMemcpy2DUnaligned(pCopy);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpy2DAsync(CUDA_MEMCPY2D* pCopy, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemcpy2DAsync");
            return CopyCalls.cuMemcpy2DAsync(pCopy, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
