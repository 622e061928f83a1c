using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="KernelCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class KernelEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuKernelGetAttribute"] = (nint)(delegate* unmanaged<int*, CUfunction_attribute, CUkernel, CUdevice, CUresult>)&cuKernelGetAttribute;
        table["cuKernelSetAttribute"] = (nint)(delegate* unmanaged<CUfunction_attribute, int, CUkernel, CUdevice, CUresult>)&cuKernelSetAttribute;
        table["cuFuncGetAttribute"] = (nint)(delegate* unmanaged<int*, CUfunction_attribute, CUfunction, CUresult>)&cuFuncGetAttribute;
        table["cuFuncSetAttribute"] = (nint)(delegate* unmanaged<CUfunction, CUfunction_attribute, int, CUresult>)&cuFuncSetAttribute;
        table["cuFuncSetCacheConfig"] = (nint)(delegate* unmanaged<CUfunction, CUfunc_cache, CUresult>)&cuFuncSetCacheConfig;
        table["cuKernelSetCacheConfig"] = (nint)(delegate* unmanaged<CUkernel, CUfunc_cache, CUdevice, CUresult>)&cuKernelSetCacheConfig;
        table["cuFuncGetModule"] = (nint)(delegate* unmanaged<CUmodule*, CUfunction, CUresult>)&cuFuncGetModule;
        table["cuKernelGetName"] = (nint)(delegate* unmanaged<byte**, CUkernel, CUresult>)&cuKernelGetName;
        table["cuFuncGetName"] = (nint)(delegate* unmanaged<byte**, CUfunction, CUresult>)&cuFuncGetName;
        table["cuKernelGetParamInfo"] = (nint)(delegate* unmanaged<CUkernel, nuint, nuint*, nuint*, CUresult>)&cuKernelGetParamInfo;
        table["cuFuncGetParamInfo"] = (nint)(delegate* unmanaged<CUfunction, nuint, nuint*, nuint*, CUresult>)&cuFuncGetParamInfo;
        table["cuFuncIsLoaded"] = (nint)(delegate* unmanaged<CUfunctionLoadingState*, CUfunction, CUresult>)&cuFuncIsLoaded;
        table["cuFuncLoad"] = (nint)(delegate* unmanaged<CUfunction, CUresult>)&cuFuncLoad;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetAttribute(int* pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuKernelGetAttribute", dev);
            return KernelCalls.cuKernelGetAttribute(pi, attrib, kernel, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuKernelSetAttribute", dev);
            return KernelCalls.cuKernelSetAttribute(attrib, val, kernel, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncGetAttribute(int* pi, CUfunction_attribute attrib, CUfunction hfunc)
    {
        try
        {
            SoftwareCall.Begin("cuFuncGetAttribute");
            return KernelCalls.cuFuncGetAttribute(pi, attrib, hfunc);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value)
    {
        try
        {
            SoftwareCall.Begin("cuFuncSetAttribute");
            return KernelCalls.cuFuncSetAttribute(hfunc, attrib, value);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config)
    {
        try
        {
            SoftwareCall.Begin("cuFuncSetCacheConfig");
            return KernelCalls.cuFuncSetCacheConfig(hfunc, config);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuKernelSetCacheConfig", dev);
            return KernelCalls.cuKernelSetCacheConfig(kernel, config, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncGetModule(CUmodule* hmod, CUfunction hfunc)
    {
        try
        {
            SoftwareCall.Begin("cuFuncGetModule");
            return KernelCalls.cuFuncGetModule(hmod, hfunc);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetName(byte** name, CUkernel hfunc)
    {
        try
        {
            SoftwareCall.Begin("cuKernelGetName");
            return KernelCalls.cuKernelGetName(name, hfunc);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncGetName(byte** name, CUfunction hfunc)
    {
        try
        {
            SoftwareCall.Begin("cuFuncGetName");
            return KernelCalls.cuFuncGetName(name, hfunc);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuKernelGetParamInfo(CUkernel kernel, nuint paramIndex, nuint* paramOffset, nuint* paramSize)
    {
        try
        {
            SoftwareCall.Begin("cuKernelGetParamInfo");
            return KernelCalls.cuKernelGetParamInfo(kernel, paramIndex, paramOffset, paramSize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncGetParamInfo(CUfunction func, nuint paramIndex, nuint* paramOffset, nuint* paramSize)
    {
        try
        {
            SoftwareCall.Begin("cuFuncGetParamInfo");
            return KernelCalls.cuFuncGetParamInfo(func, paramIndex, paramOffset, paramSize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncIsLoaded(CUfunctionLoadingState* state, CUfunction function)
    {
        try
        {
            SoftwareCall.Begin("cuFuncIsLoaded");
            return KernelCalls.cuFuncIsLoaded(state, function);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuFuncLoad(CUfunction function)
    {
        try
        {
            SoftwareCall.Begin("cuFuncLoad");
            return KernelCalls.cuFuncLoad(function);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
