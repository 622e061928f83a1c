using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="LaunchCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class LaunchEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuLaunchKernel"] = (nint)(delegate* unmanaged<CUfunction, uint, uint, uint, uint, uint, uint, uint, CUstream, void**, void**, CUresult>)&cuLaunchKernel;
        table["cuLaunchCooperativeKernel"] = (nint)(delegate* unmanaged<CUfunction, uint, uint, uint, uint, uint, uint, uint, CUstream, void**, CUresult>)&cuLaunchCooperativeKernel;
        table["cuLaunchKernelEx"] = (nint)(delegate* unmanaged<CUlaunchConfig*, CUfunction, void**, void**, CUresult>)&cuLaunchKernelEx;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchKernel(CUfunction f, uint gridDimX, uint gridDimY, uint gridDimZ, uint blockDimX, uint blockDimY, uint blockDimZ, uint sharedMemBytes, CUstream hStream, void** kernelParams, void** extra)
    {
        try
        {
            SoftwareCall.Begin("cuLaunchKernel");
            return LaunchCalls.cuLaunchKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes, hStream, kernelParams, extra);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchCooperativeKernel(CUfunction f, uint gridDimX, uint gridDimY, uint gridDimZ, uint blockDimX, uint blockDimY, uint blockDimZ, uint sharedMemBytes, CUstream hStream, void** kernelParams)
    {
        try
        {
            SoftwareCall.Begin("cuLaunchCooperativeKernel");
            return LaunchCalls.cuLaunchCooperativeKernel(f, gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes, hStream, kernelParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchKernelEx(CUlaunchConfig* config, CUfunction f, void** kernelParams, void** extra)
    {
        try
        {
            SoftwareCall.Begin("cuLaunchKernelEx");
            return LaunchCalls.cuLaunchKernelEx(config, f, kernelParams, extra);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
