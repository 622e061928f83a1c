using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="PoolCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class PoolEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuMemAllocAsync"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint, CUstream, CUresult>)&cuMemAllocAsync;
        table["cuMemAllocFromPoolAsync"] = (nint)(delegate* unmanaged<CUdeviceptr*, nuint, CUmemoryPool, CUstream, CUresult>)&cuMemAllocFromPoolAsync;
        table["cuMemFreeAsync"] = (nint)(delegate* unmanaged<CUdeviceptr, CUstream, CUresult>)&cuMemFreeAsync;
        table["cuMemPoolCreate"] = (nint)(delegate* unmanaged<CUmemoryPool*, CUmemPoolProps*, CUresult>)&cuMemPoolCreate;
        table["cuMemPoolDestroy"] = (nint)(delegate* unmanaged<CUmemoryPool, CUresult>)&cuMemPoolDestroy;
        table["cuMemPoolTrimTo"] = (nint)(delegate* unmanaged<CUmemoryPool, nuint, CUresult>)&cuMemPoolTrimTo;
        table["cuMemPoolSetAttribute"] = (nint)(delegate* unmanaged<CUmemoryPool, CUmemPool_attribute, void*, CUresult>)&cuMemPoolSetAttribute;
        table["cuMemPoolGetAttribute"] = (nint)(delegate* unmanaged<CUmemoryPool, CUmemPool_attribute, void*, CUresult>)&cuMemPoolGetAttribute;
        table["cuMemPoolGetAccess"] = (nint)(delegate* unmanaged<CUmemAccess_flags*, CUmemoryPool, CUmemLocation*, CUresult>)&cuMemPoolGetAccess;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocAsync(CUdeviceptr* dptr, nuint bytesize, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemAllocAsync");
            return PoolCalls.cuMemAllocAsync(dptr, bytesize, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocFromPoolAsync(CUdeviceptr* dptr, nuint bytesize, CUmemoryPool pool, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemAllocFromPoolAsync");
            return PoolCalls.cuMemAllocFromPoolAsync(dptr, bytesize, pool, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemFreeAsync");
            return PoolCalls.cuMemFreeAsync(dptr, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolCreate(CUmemoryPool* pool, CUmemPoolProps* poolProps)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolCreate");
            return PoolCalls.cuMemPoolCreate(pool, poolProps);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolDestroy(CUmemoryPool pool)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolDestroy");
            return PoolCalls.cuMemPoolDestroy(pool);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolTrimTo(CUmemoryPool pool, nuint minBytesToKeep)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolTrimTo");
            return PoolCalls.cuMemPoolTrimTo(pool, minBytesToKeep);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void* value)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolSetAttribute");
            return PoolCalls.cuMemPoolSetAttribute(pool, attr, value);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void* value)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolGetAttribute");
            return PoolCalls.cuMemPoolGetAttribute(pool, attr, value);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolGetAccess(CUmemAccess_flags* flags, CUmemoryPool memPool, CUmemLocation* location)
    {
        try
        {
            SoftwareCall.Begin("cuMemPoolGetAccess");
            return PoolCalls.cuMemPoolGetAccess(flags, memPool, location);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
