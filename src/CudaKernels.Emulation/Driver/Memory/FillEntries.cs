using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="FillCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class FillEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuMemsetD8"] = (nint)(delegate* unmanaged<CUdeviceptr, byte, nuint, CUresult>)&cuMemsetD8;
        table["cuMemsetD16"] = (nint)(delegate* unmanaged<CUdeviceptr, ushort, nuint, CUresult>)&cuMemsetD16;
        table["cuMemsetD32"] = (nint)(delegate* unmanaged<CUdeviceptr, uint, nuint, CUresult>)&cuMemsetD32;
        table["cuMemsetD2D8"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, byte, nuint, nuint, CUresult>)&cuMemsetD2D8;
        table["cuMemsetD2D16"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, ushort, nuint, nuint, CUresult>)&cuMemsetD2D16;
        table["cuMemsetD2D32"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, uint, nuint, nuint, CUresult>)&cuMemsetD2D32;
        table["cuMemsetD8Async"] = (nint)(delegate* unmanaged<CUdeviceptr, byte, nuint, CUstream, CUresult>)&cuMemsetD8Async;
        table["cuMemsetD16Async"] = (nint)(delegate* unmanaged<CUdeviceptr, ushort, nuint, CUstream, CUresult>)&cuMemsetD16Async;
        table["cuMemsetD32Async"] = (nint)(delegate* unmanaged<CUdeviceptr, uint, nuint, CUstream, CUresult>)&cuMemsetD32Async;
        table["cuMemsetD2D8Async"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, byte, nuint, nuint, CUstream, CUresult>)&cuMemsetD2D8Async;
        table["cuMemsetD2D16Async"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, ushort, nuint, nuint, CUstream, CUresult>)&cuMemsetD2D16Async;
        table["cuMemsetD2D32Async"] = (nint)(delegate* unmanaged<CUdeviceptr, nuint, uint, nuint, nuint, CUstream, CUresult>)&cuMemsetD2D32Async;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD8(CUdeviceptr dstDevice, byte uc, nuint N)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD8");
            return FillCalls.cuMemsetD8(dstDevice, uc, N);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD16(CUdeviceptr dstDevice, ushort us, nuint N)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD16");
            return FillCalls.cuMemsetD16(dstDevice, us, N);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD32(CUdeviceptr dstDevice, uint ui, nuint N)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD32");
            return FillCalls.cuMemsetD32(dstDevice, ui, N);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D8(CUdeviceptr dstDevice, nuint dstPitch, byte uc, nuint Width, nuint Height)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D8");
            return FillCalls.cuMemsetD2D8(dstDevice, dstPitch, uc, Width, Height);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D16(CUdeviceptr dstDevice, nuint dstPitch, ushort us, nuint Width, nuint Height)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D16");
            return FillCalls.cuMemsetD2D16(dstDevice, dstPitch, us, Width, Height);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D32(CUdeviceptr dstDevice, nuint dstPitch, uint ui, nuint Width, nuint Height)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D32");
            return FillCalls.cuMemsetD2D32(dstDevice, dstPitch, ui, Width, Height);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD8Async(CUdeviceptr dstDevice, byte uc, nuint N, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD8Async");
            return FillCalls.cuMemsetD8Async(dstDevice, uc, N, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD16Async(CUdeviceptr dstDevice, ushort us, nuint N, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD16Async");
            return FillCalls.cuMemsetD16Async(dstDevice, us, N, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD32Async(CUdeviceptr dstDevice, uint ui, nuint N, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD32Async");
            return FillCalls.cuMemsetD32Async(dstDevice, ui, N, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D8Async(CUdeviceptr dstDevice, nuint dstPitch, byte uc, nuint Width, nuint Height, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D8Async");
            return FillCalls.cuMemsetD2D8Async(dstDevice, dstPitch, uc, Width, Height, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D16Async(CUdeviceptr dstDevice, nuint dstPitch, ushort us, nuint Width, nuint Height, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D16Async");
            return FillCalls.cuMemsetD2D16Async(dstDevice, dstPitch, us, Width, Height, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD2D32Async(CUdeviceptr dstDevice, nuint dstPitch, uint ui, nuint Width, nuint Height, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuMemsetD2D32Async");
            return FillCalls.cuMemsetD2D32Async(dstDevice, dstPitch, ui, Width, Height, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
