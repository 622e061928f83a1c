using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="StreamCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class StreamEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuStreamCreate"] = (nint)(delegate* unmanaged<CUstream*, uint, CUresult>)&cuStreamCreate;
        table["cuStreamCreateWithPriority"] = (nint)(delegate* unmanaged<CUstream*, uint, int, CUresult>)&cuStreamCreateWithPriority;
        table["cuStreamDestroy"] = (nint)(delegate* unmanaged<CUstream, CUresult>)&cuStreamDestroy;
        table["cuStreamQuery"] = (nint)(delegate* unmanaged<CUstream, CUresult>)&cuStreamQuery;
        table["cuStreamSynchronize"] = (nint)(delegate* unmanaged<CUstream, CUresult>)&cuStreamSynchronize;
        table["cuStreamWaitEvent"] = (nint)(delegate* unmanaged<CUstream, CUevent, uint, CUresult>)&cuStreamWaitEvent;
        table["cuStreamAddCallback"] = (nint)(delegate* unmanaged<CUstream, void*, void*, uint, CUresult>)&cuStreamAddCallback;
        table["cuLaunchHostFunc"] = (nint)(delegate* unmanaged<CUstream, delegate* unmanaged<void*, void>, void*, CUresult>)&cuLaunchHostFunc;
        table["cuStreamGetCtx"] = (nint)(delegate* unmanaged<CUstream, CUcontext*, CUresult>)&cuStreamGetCtx;
        table["cuStreamGetDevice"] = (nint)(delegate* unmanaged<CUstream, CUdevice*, CUresult>)&cuStreamGetDevice;
        table["cuStreamGetPriority"] = (nint)(delegate* unmanaged<CUstream, int*, CUresult>)&cuStreamGetPriority;
        table["cuStreamGetFlags"] = (nint)(delegate* unmanaged<CUstream, uint*, CUresult>)&cuStreamGetFlags;
        table["cuStreamGetId"] = (nint)(delegate* unmanaged<CUstream, ulong*, CUresult>)&cuStreamGetId;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamCreate(CUstream* phStream, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuStreamCreate");
            return StreamCalls.cuStreamCreate(phStream, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamCreateWithPriority(CUstream* phStream, uint flags, int priority)
    {
        try
        {
            SoftwareCall.Begin("cuStreamCreateWithPriority");
            return StreamCalls.cuStreamCreateWithPriority(phStream, flags, priority);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamDestroy(CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuStreamDestroy");
            return StreamCalls.cuStreamDestroy(hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamQuery(CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuStreamQuery");
            return StreamCalls.cuStreamQuery(hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamSynchronize(CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuStreamSynchronize");
            return StreamCalls.cuStreamSynchronize(hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuStreamWaitEvent");
            return StreamCalls.cuStreamWaitEvent(hStream, hEvent, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamAddCallback(CUstream hStream, void* callback, void* userData, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuStreamAddCallback");
            return StreamCalls.cuStreamAddCallback(hStream, callback, userData, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuLaunchHostFunc(CUstream hStream, delegate* unmanaged<void*, void> fn, void* userData)
    {
        try
        {
            SoftwareCall.Begin("cuLaunchHostFunc");
            return StreamCalls.cuLaunchHostFunc(hStream, fn, userData);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetCtx(CUstream hStream, CUcontext* pctx)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetCtx");
            return StreamCalls.cuStreamGetCtx(hStream, pctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetDevice(CUstream hStream, CUdevice* device)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetDevice");
            return StreamCalls.cuStreamGetDevice(hStream, device);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetPriority(CUstream hStream, int* priority)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetPriority");
            return StreamCalls.cuStreamGetPriority(hStream, priority);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetFlags(CUstream hStream, uint* flags)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetFlags");
            return StreamCalls.cuStreamGetFlags(hStream, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuStreamGetId(CUstream hStream, ulong* streamId)
    {
        try
        {
            SoftwareCall.Begin("cuStreamGetId");
            return StreamCalls.cuStreamGetId(hStream, streamId);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
