using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="EventCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class EventEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuEventCreate"] = (nint)(delegate* unmanaged<CUevent*, uint, CUresult>)&cuEventCreate;
        table["cuEventDestroy"] = (nint)(delegate* unmanaged<CUevent, CUresult>)&cuEventDestroy;
        table["cuEventRecord"] = (nint)(delegate* unmanaged<CUevent, CUstream, CUresult>)&cuEventRecord;
        table["cuEventRecordWithFlags"] = (nint)(delegate* unmanaged<CUevent, CUstream, uint, CUresult>)&cuEventRecordWithFlags;
        table["cuEventQuery"] = (nint)(delegate* unmanaged<CUevent, CUresult>)&cuEventQuery;
        table["cuEventSynchronize"] = (nint)(delegate* unmanaged<CUevent, CUresult>)&cuEventSynchronize;
        table["cuEventElapsedTime"] = (nint)(delegate* unmanaged<float*, CUevent, CUevent, CUresult>)&cuEventElapsedTime;
        table["cuEventElapsedTime_v1"] = (nint)(delegate* unmanaged<float*, CUevent, CUevent, CUresult>)&cuEventElapsedTime_v1;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventCreate(CUevent* phEvent, uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuEventCreate");
            return EventCalls.cuEventCreate(phEvent, Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventDestroy(CUevent hEvent)
    {
        try
        {
            SoftwareCall.Begin("cuEventDestroy");
            return EventCalls.cuEventDestroy(hEvent);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventRecord(CUevent hEvent, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuEventRecord");
            return EventCalls.cuEventRecord(hEvent, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuEventRecordWithFlags");
            return EventCalls.cuEventRecordWithFlags(hEvent, hStream, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventQuery(CUevent hEvent)
    {
        try
        {
            SoftwareCall.Begin("cuEventQuery");
            return EventCalls.cuEventQuery(hEvent);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventSynchronize(CUevent hEvent)
    {
        try
        {
            SoftwareCall.Begin("cuEventSynchronize");
            return EventCalls.cuEventSynchronize(hEvent);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventElapsedTime(float* pMilliseconds, CUevent hStart, CUevent hEnd)
    {
        try
        {
            SoftwareCall.Begin("cuEventElapsedTime");
            return EventCalls.cuEventElapsedTime(pMilliseconds, hStart, hEnd);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuEventElapsedTime_v1(float* pMilliseconds, CUevent hStart, CUevent hEnd)
    {
        try
        {
            SoftwareCall.Begin("cuEventElapsedTime_v1");
            return EventCalls.cuEventElapsedTime_v1(pMilliseconds, hStart, hEnd);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
