using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about events.</summary>
internal static unsafe class EventCalls
{
    private const uint AllFlags = (uint)(CUevent_flags.CU_EVENT_BLOCKING_SYNC | CUevent_flags.CU_EVENT_DISABLE_TIMING);
    private const uint RecordExternal = 1;

    /// <summary>The event behind a handle, of a usable context.</summary>
    public static SoftwareEvent Resolve(CUevent handle)
    {
        var found = HandleTable.Find<SoftwareEvent>(handle.Value);
        found.Context.ThrowIfUnusable();
        return found;
    }

    public static CUresult cuEventCreate(CUevent* phEvent, uint Flags)
    {
        var context = ContextStack.Require();
        if (phEvent is null || (Flags & ~AllFlags) != 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *phEvent = new CUevent(context.Device.Handles.Add(new SoftwareEvent(context, (CUevent_flags)Flags)));
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuEventDestroy(CUevent hEvent)
    {
        var found = HandleTable.Find<SoftwareEvent>(hEvent.Value);
        return found.Context.Device.Handles.Remove(found) ? found.Context.Loss : CUresult.CUDA_ERROR_INVALID_HANDLE;
    }

    public static CUresult cuEventRecord(CUevent hEvent, CUstream hStream) => cuEventRecordWithFlags(hEvent, hStream, 0);

    public static CUresult cuEventRecordWithFlags(CUevent hEvent, CUstream hStream, uint flags)
    {
        var stream = StreamSubmission.Resolve(hStream);
        var target = Resolve(hEvent);
        if (flags > RecordExternal)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (target.Context != stream.Context)
        {
            stream.Device.Reports.Misuse($"an event of emulated:{target.Context.Device.Ordinal} was recorded on a stream of emulated:{stream.Device.Ordinal}");
            return CUresult.CUDA_ERROR_INVALID_HANDLE;
        }

        if (flags != RecordExternal)
        {
            lock (stream.Device.Executor.Gate)
            {
                if (stream.Capture is { } capture)
                {
                    capture.Record(stream, target);
                    return CUresult.CUDA_SUCCESS;
                }
            }
        }

        var operation = stream.NewOperation(stream.Device.Operations.Records);
        operation.Set(target);
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuEventQuery(CUevent hEvent)
    {
        var found = Resolve(hEvent);
        lock (found.Context.Device.Executor.Gate)
        {
            RefuseCaptured(found);
            return found.IsReached ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_NOT_READY;
        }
    }

    public static CUresult cuEventSynchronize(CUevent hEvent)
    {
        var found = Resolve(hEvent);
        var executor = found.Context.Device.Executor;
        lock (executor.Gate)
            RefuseCaptured(found);
        executor.WaitWhile(static pending => !pending.IsReached, found);
        found.Context.ThrowIfUnusable();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuEventElapsedTime(float* pMilliseconds, CUevent hStart, CUevent hEnd)
    {
        var start = Resolve(hStart);
        var end = Resolve(hEnd);
        if (pMilliseconds is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (start.Context != end.Context)
            return CUresult.CUDA_ERROR_INVALID_HANDLE;
        lock (start.Context.Device.Executor.Gate)
        {
            RefuseCaptured(start);
            RefuseCaptured(end);
            if (!start.HasTiming || !end.HasTiming || start.LastRecord == 0 || end.LastRecord == 0)
                return CUresult.CUDA_ERROR_INVALID_HANDLE;
            if (!start.IsReached || !end.IsReached)
                return CUresult.CUDA_ERROR_NOT_READY;
            *pMilliseconds = end.MillisecondsSince(start);
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuEventElapsedTime_v1(float* pMilliseconds, CUevent hStart, CUevent hEnd) => cuEventElapsedTime(pMilliseconds, hStart, hEnd);

    // An event that was last recorded in a capture marks a place in a graph, which is not reached.
    private static void RefuseCaptured(SoftwareEvent found)
    {
        if (found.Capture is not { } capture)
            return;
        capture.Invalidate();
        throw new DriverError(CUresult.CUDA_ERROR_CAPTURED_EVENT);
    }
}
