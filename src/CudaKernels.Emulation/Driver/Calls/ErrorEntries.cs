using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="ErrorCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class ErrorEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuGetErrorName"] = (nint)(delegate* unmanaged<CUresult, byte**, CUresult>)&cuGetErrorName;
        table["cuGetErrorString"] = (nint)(delegate* unmanaged<CUresult, byte**, CUresult>)&cuGetErrorString;
        table["cuGetProcAddress"] = (nint)(delegate* unmanaged<byte*, void**, int, ulong, CUdriverProcAddressQueryResult*, CUresult>)&cuGetProcAddress;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGetErrorName(CUresult error, byte** pStr)
    {
        try
        {
            SoftwareCall.Begin("cuGetErrorName");
            return ErrorCalls.cuGetErrorName(error, pStr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGetErrorString(CUresult error, byte** pStr)
    {
        try
        {
            SoftwareCall.Begin("cuGetErrorString");
            return ErrorCalls.cuGetErrorString(error, pStr);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGetProcAddress(byte* symbol, void** pfn, int cudaVersion, ulong flags, CUdriverProcAddressQueryResult* symbolStatus)
    {
        try
        {
            SoftwareCall.Begin("cuGetProcAddress");
            return ErrorCalls.cuGetProcAddress(symbol, pfn, cudaVersion, flags, symbolStatus);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
