using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="MemoryCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class MemoryEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuMemGetInfo"] = (nint)(delegate* unmanaged<nuint*, nuint*, CUresult>)&cuMemGetInfo;
        table["cuMemAlloc"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint, CUresult>)&cuMemAlloc;
        table["cuMemAllocManaged"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint, uint, CUresult>)&cuMemAllocManaged;
        table["cuMemAllocPitch"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint*, nuint, nuint, uint, CUresult>)&cuMemAllocPitch;
        table["cuMemFree"] = (nint)(delegate* unmanaged<CUdeviceptr, CUresult>)&cuMemFree;
        table["cuMemAllocHost"] = (nint)(delegate* unmanaged<void**, nuint, CUresult>)&cuMemAllocHost;
        table["cuMemHostAlloc"] = (nint)(delegate* unmanaged<void**, nuint, uint, CUresult>)&cuMemHostAlloc;
        table["cuMemFreeHost"] = (nint)(delegate* unmanaged<void*, CUresult>)&cuMemFreeHost;
        table["cuMemHostRegister"] = (nint)(delegate* unmanaged<void*, nuint, uint, CUresult>)&cuMemHostRegister;
        table["cuMemHostUnregister"] = (nint)(delegate* unmanaged<void*, CUresult>)&cuMemHostUnregister;
        table["cuMemHostGetDevicePointer"] = (nint)(delegate* unmanaged<CUdeviceptr*, void*, uint, CUresult>)&cuMemHostGetDevicePointer;
        table["cuMemHostGetFlags"] = (nint)(delegate* unmanaged<uint*, void*, CUresult>)&cuMemHostGetFlags;
        table["cuMemGetAddressRange"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint*, CUdeviceptr, CUresult>)&cuMemGetAddressRange;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemGetInfo(nuint* free, nuint* total)
    {
        try
        {
            SoftwareCall.Begin("cuMemGetInfo");
            return MemoryCalls.cuMemGetInfo(free, total);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAlloc(CUdeviceptr* dptr, nuint bytesize)
    {
        try
        {
            SoftwareCall.Begin("cuMemAlloc");
            return MemoryCalls.cuMemAlloc(dptr, bytesize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocManaged(CUdeviceptr* dptr, nuint bytesize, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuMemAllocManaged");
            return MemoryCalls.cuMemAllocManaged(dptr, bytesize, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocPitch(CUdeviceptr* dptr, nuint* pPitch, nuint WidthInBytes, nuint Height, uint ElementSizeBytes)
    {
        try
        {
            SoftwareCall.Begin("cuMemAllocPitch");
            return MemoryCalls.cuMemAllocPitch(dptr, pPitch, WidthInBytes, Height, ElementSizeBytes);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemFree(CUdeviceptr dptr)
    {
        try
        {
            SoftwareCall.Begin("cuMemFree");
            return MemoryCalls.cuMemFree(dptr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocHost(void** pp, nuint bytesize)
    {
        try
        {
            SoftwareCall.Begin("cuMemAllocHost");
            return MemoryCalls.cuMemAllocHost(pp, bytesize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostAlloc(void** pp, nuint bytesize, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuMemHostAlloc");
            return MemoryCalls.cuMemHostAlloc(pp, bytesize, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemFreeHost(void* p)
    {
        try
        {
            SoftwareCall.Begin("cuMemFreeHost");
            return MemoryCalls.cuMemFreeHost(p);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostRegister(void* p, nuint bytesize, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuMemHostRegister");
            return MemoryCalls.cuMemHostRegister(p, bytesize, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostUnregister(void* p)
    {
        try
        {
            SoftwareCall.Begin("cuMemHostUnregister");
            return MemoryCalls.cuMemHostUnregister(p);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostGetDevicePointer(CUdeviceptr* pdptr, void* p, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuMemHostGetDevicePointer");
            return MemoryCalls.cuMemHostGetDevicePointer(pdptr, p, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostGetFlags(uint* pFlags, void* p)
    {
        try
        {
            SoftwareCall.Begin("cuMemHostGetFlags");
            return MemoryCalls.cuMemHostGetFlags(pFlags, p);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemGetAddressRange(CUdeviceptr* pbase, nuint* psize, CUdeviceptr dptr)
    {
        try
        {
            SoftwareCall.Begin("cuMemGetAddressRange");
            return MemoryCalls.cuMemGetAddressRange(pbase, psize, dptr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
