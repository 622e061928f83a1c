using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="PointerCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class PointerEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuPointerGetAttribute"] = (nint)(delegate* unmanaged<void*, CUpointer_attribute, CUdeviceptr, CUresult>)&cuPointerGetAttribute;
        table["cuPointerGetAttributes"] = (nint)(delegate* unmanaged<uint, CUpointer_attribute*, void**, CUdeviceptr, CUresult>)&cuPointerGetAttributes;
        table["cuMemPrefetchAsync"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, CUmemLocation, uint, CUstream, CUresult>)&cuMemPrefetchAsync;
        table["cuMemAdvise"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, CUmem_advise, CUmemLocation, CUresult>)&cuMemAdvise;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuPointerGetAttribute(void* data, CUpointer_attribute attribute, CUdeviceptr ptr)
    {
        try
        {
            SoftwareCall.Begin("cuPointerGetAttribute");
            return PointerCalls.cuPointerGetAttribute(data, attribute, ptr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuPointerGetAttributes(uint numAttributes, CUpointer_attribute* attributes, void** data, CUdeviceptr ptr)
    {
        try
        {
            SoftwareCall.Begin("cuPointerGetAttributes");
            return PointerCalls.cuPointerGetAttributes(numAttributes, attributes, data, ptr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPrefetchAsync(CUdeviceptr devPtr, nuint count, CUmemLocation location, uint flags, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemPrefetchAsync");
            return PointerCalls.cuMemPrefetchAsync(devPtr, count, location, flags, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAdvise(CUdeviceptr devPtr, nuint count, CUmem_advise advice, CUmemLocation location)
    {
        try
        {
            SoftwareCall.Begin("cuMemAdvise");
            return PointerCalls.cuMemAdvise(devPtr, count, advice, location);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
