using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="ContextCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class ContextEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuDevicePrimaryCtxRetain"] = (nint)(delegate* unmanaged<CUcontext*, CUdevice, CUresult>)&cuDevicePrimaryCtxRetain;
        table["cuDevicePrimaryCtxRelease"] = (nint)(delegate* unmanaged<CUdevice, CUresult>)&cuDevicePrimaryCtxRelease;
        table["cuDevicePrimaryCtxReset"] = (nint)(delegate* unmanaged<CUdevice, CUresult>)&cuDevicePrimaryCtxReset;
        table["cuDevicePrimaryCtxSetFlags"] = (nint)(delegate* unmanaged<CUdevice, uint, CUresult>)&cuDevicePrimaryCtxSetFlags;
        table["cuDevicePrimaryCtxGetState"] = (nint)(delegate* unmanaged<CUdevice, uint*, int*, CUresult>)&cuDevicePrimaryCtxGetState;
        table["cuCtxSetCurrent"] = (nint)(delegate* unmanaged<CUcontext, CUresult>)&cuCtxSetCurrent;
        table["cuCtxGetCurrent"] = (nint)(delegate* unmanaged<CUcontext*, CUresult>)&cuCtxGetCurrent;
        table["cuCtxPushCurrent"] = (nint)(delegate* unmanaged<CUcontext, CUresult>)&cuCtxPushCurrent;
        table["cuCtxPopCurrent"] = (nint)(delegate* unmanaged<CUcontext*, CUresult>)&cuCtxPopCurrent;
        table["cuCtxGetDevice"] = (nint)(delegate* unmanaged<CUdevice*, CUresult>)&cuCtxGetDevice;
        table["cuCtxGetFlags"] = (nint)(delegate* unmanaged<uint*, CUresult>)&cuCtxGetFlags;
        table["cuCtxGetId"] = (nint)(delegate* unmanaged<CUcontext, ulong*, CUresult>)&cuCtxGetId;
        table["cuCtxGetApiVersion"] = (nint)(delegate* unmanaged<CUcontext, uint*, CUresult>)&cuCtxGetApiVersion;
        table["cuCtxSynchronize"] = (nint)(delegate* unmanaged<CUresult>)&cuCtxSynchronize;
        table["cuCtxSetLimit"] = (nint)(delegate* unmanaged<CUlimit, nuint, CUresult>)&cuCtxSetLimit;
        table["cuCtxGetLimit"] = (nint)(delegate* unmanaged<nuint*, CUlimit, CUresult>)&cuCtxGetLimit;
        table["cuCtxGetCacheConfig"] = (nint)(delegate* unmanaged<CUfunc_cache*, CUresult>)&cuCtxGetCacheConfig;
        table["cuCtxSetCacheConfig"] = (nint)(delegate* unmanaged<CUfunc_cache, CUresult>)&cuCtxSetCacheConfig;
        table["cuCtxGetStreamPriorityRange"] = (nint)(delegate* unmanaged<int*, int*, CUresult>)&cuCtxGetStreamPriorityRange;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxRetain(CUcontext* pctx, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDevicePrimaryCtxRetain", dev);
            return ContextCalls.cuDevicePrimaryCtxRetain(pctx, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxRelease(CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDevicePrimaryCtxRelease", dev);
            return ContextCalls.cuDevicePrimaryCtxRelease(dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxReset(CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDevicePrimaryCtxReset", dev);
            return ContextCalls.cuDevicePrimaryCtxReset(dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuDevicePrimaryCtxSetFlags", dev);
            return ContextCalls.cuDevicePrimaryCtxSetFlags(dev, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxGetState(CUdevice dev, uint* flags, int* active)
    {
        try
        {
            SoftwareCall.Begin("cuDevicePrimaryCtxGetState", dev);
            return ContextCalls.cuDevicePrimaryCtxGetState(dev, flags, active);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSetCurrent(CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuCtxSetCurrent");
            return ContextCalls.cuCtxSetCurrent(ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetCurrent(CUcontext* pctx)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetCurrent");
            return ContextCalls.cuCtxGetCurrent(pctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxPushCurrent(CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuCtxPushCurrent");
            return ContextCalls.cuCtxPushCurrent(ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxPopCurrent(CUcontext* pctx)
    {
        try
        {
            SoftwareCall.Begin("cuCtxPopCurrent");
            return ContextCalls.cuCtxPopCurrent(pctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetDevice(CUdevice* device)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetDevice");
            return ContextCalls.cuCtxGetDevice(device);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetFlags(uint* flags)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetFlags");
            return ContextCalls.cuCtxGetFlags(flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetId(CUcontext ctx, ulong* ctxId)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetId");
            return ContextCalls.cuCtxGetId(ctx, ctxId);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetApiVersion(CUcontext ctx, uint* version)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetApiVersion");
            return ContextCalls.cuCtxGetApiVersion(ctx, version);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSynchronize()
    {
        try
        {
            SoftwareCall.Begin("cuCtxSynchronize");
            return ContextCalls.cuCtxSynchronize();
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSetLimit(CUlimit limit, nuint value)
    {
        try
        {
            SoftwareCall.Begin("cuCtxSetLimit");
            return ContextCalls.cuCtxSetLimit(limit, value);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetLimit(nuint* pvalue, CUlimit limit)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetLimit");
            return ContextCalls.cuCtxGetLimit(pvalue, limit);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetCacheConfig(CUfunc_cache* pconfig)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetCacheConfig");
            return ContextCalls.cuCtxGetCacheConfig(pconfig);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSetCacheConfig(CUfunc_cache config)
    {
        try
        {
            SoftwareCall.Begin("cuCtxSetCacheConfig");
            return ContextCalls.cuCtxSetCacheConfig(config);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetStreamPriorityRange(int* leastPriority, int* greatestPriority)
    {
        try
        {
            SoftwareCall.Begin("cuCtxGetStreamPriorityRange");
            return ContextCalls.cuCtxGetStreamPriorityRange(leastPriority, greatestPriority);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
