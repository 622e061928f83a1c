using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="NvrtcCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class NvrtcEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["nvrtcVersion"] = (nint)(delegate* unmanaged<int*, int*, nvrtcResult>)&nvrtcVersion;
        table["nvrtcGetNumSupportedArchs"] = (nint)(delegate* unmanaged<int*, nvrtcResult>)&nvrtcGetNumSupportedArchs;
        table["nvrtcGetSupportedArchs"] = (nint)(delegate* unmanaged<int*, nvrtcResult>)&nvrtcGetSupportedArchs;
        table["nvrtcCreateProgram"] = (nint)(delegate* unmanaged<nvrtcProgram*, byte*, byte*, int, byte**, byte**, nvrtcResult>)&nvrtcCreateProgram;
        table["nvrtcDestroyProgram"] = (nint)(delegate* unmanaged<nvrtcProgram*, nvrtcResult>)&nvrtcDestroyProgram;
        table["nvrtcAddNameExpression"] = (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&nvrtcAddNameExpression;
        table["nvrtcCompileProgram"] = (nint)(delegate* unmanaged<nvrtcProgram, int, byte**, nvrtcResult>)&nvrtcCompileProgram;
        table["nvrtcGetProgramLogSize"] = (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&nvrtcGetProgramLogSize;
        table["nvrtcGetProgramLog"] = (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&nvrtcGetProgramLog;
        table["nvrtcGetCUBINSize"] = (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&nvrtcGetCUBINSize;
        table["nvrtcGetCUBIN"] = (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&nvrtcGetCUBIN;
        table["nvrtcGetPTXSize"] = (nint)(delegate* unmanaged<nvrtcProgram, nuint*, nvrtcResult>)&nvrtcGetPTXSize;
        table["nvrtcGetPTX"] = (nint)(delegate* unmanaged<nvrtcProgram, byte*, nvrtcResult>)&nvrtcGetPTX;
        table["nvrtcGetLoweredName"] = (nint)(delegate* unmanaged<nvrtcProgram, byte*, byte**, nvrtcResult>)&nvrtcGetLoweredName;
        table["nvrtcGetErrorString"] = (nint)(delegate* unmanaged<nvrtcResult, byte*>)&nvrtcGetErrorString;
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcVersion(int* major, int* minor)
    {
        try
        {
            NvrtcCall.Begin("nvrtcVersion");
            return NvrtcCalls.nvrtcVersion(major, minor);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetNumSupportedArchs(int* numArchs)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetNumSupportedArchs");
            return NvrtcCalls.nvrtcGetNumSupportedArchs(numArchs);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetSupportedArchs(int* supportedArchs)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetSupportedArchs");
            return NvrtcCalls.nvrtcGetSupportedArchs(supportedArchs);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcCreateProgram(nvrtcProgram* prog, byte* src, byte* name, int numHeaders, byte** headers, byte** includeNames)
    {
        try
        {
            NvrtcCall.Begin("nvrtcCreateProgram");
            return NvrtcCalls.nvrtcCreateProgram(prog, src, name, numHeaders, headers, includeNames);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcDestroyProgram(nvrtcProgram* prog)
    {
        try
        {
            NvrtcCall.Begin("nvrtcDestroyProgram");
            return NvrtcCalls.nvrtcDestroyProgram(prog);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcAddNameExpression(nvrtcProgram prog, byte* name_expression)
    {
        try
        {
            NvrtcCall.Begin("nvrtcAddNameExpression");
            return NvrtcCalls.nvrtcAddNameExpression(prog, name_expression);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcCompileProgram(nvrtcProgram prog, int numOptions, byte** options)
    {
        try
        {
            NvrtcCall.Begin("nvrtcCompileProgram");
            return NvrtcCalls.nvrtcCompileProgram(prog, numOptions, options);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram prog, nuint* logSizeRet)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetProgramLogSize");
            return NvrtcCalls.nvrtcGetProgramLogSize(prog, logSizeRet);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetProgramLog(nvrtcProgram prog, byte* log)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetProgramLog");
            return NvrtcCalls.nvrtcGetProgramLog(prog, log);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetCUBINSize(nvrtcProgram prog, nuint* cubinSizeRet)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetCUBINSize");
            return NvrtcCalls.nvrtcGetCUBINSize(prog, cubinSizeRet);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetCUBIN(nvrtcProgram prog, byte* cubin)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetCUBIN");
            return NvrtcCalls.nvrtcGetCUBIN(prog, cubin);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetPTXSize(nvrtcProgram prog, nuint* ptxSizeRet)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetPTXSize");
            return NvrtcCalls.nvrtcGetPTXSize(prog, ptxSizeRet);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetPTX(nvrtcProgram prog, byte* ptx)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetPTX");
            return NvrtcCalls.nvrtcGetPTX(prog, ptx);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nvrtcResult nvrtcGetLoweredName(nvrtcProgram prog, byte* name_expression, byte** lowered_name)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetLoweredName");
            return NvrtcCalls.nvrtcGetLoweredName(prog, name_expression, lowered_name);
        }
        catch (Exception failure)
        {
            return NvrtcCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static byte* nvrtcGetErrorString(nvrtcResult result)
    {
        try
        {
            NvrtcCall.Begin("nvrtcGetErrorString");
            return NvrtcCalls.nvrtcGetErrorString(result);
        }
        catch (Exception failure)
        {
            return NvrtcCall.CaughtText(failure);
        }
    }
}
