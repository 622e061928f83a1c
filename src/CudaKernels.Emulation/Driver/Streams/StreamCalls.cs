using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about streams.</summary>
internal static unsafe class StreamCalls
{
    public static CUresult cuStreamCreate(CUstream* phStream, uint Flags) => cuStreamCreateWithPriority(phStream, Flags, 0);

    public static CUresult cuStreamCreateWithPriority(CUstream* phStream, uint flags, int priority)
    {
        var context = ContextStack.Require();
        if (phStream is null || flags > (uint)CUstream_flags.CU_STREAM_NON_BLOCKING)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var stream = new SoftwareStream(context, (CUstream_flags)flags, ContextCalls.ClampPriority(priority), isLegacy: false);
        context.Device.Handles.Add(stream);
        lock (context.Device.Executor.Gate)
            context.Streams.Add(stream);
        *phStream = new CUstream(stream.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamDestroy(CUstream hStream)
    {
        if (hStream.Value is >= 0 and <= 2)
            return CUresult.CUDA_ERROR_INVALID_HANDLE;

        // Not resolved the usual way: a stream of a lost context can still be destroyed.
        var stream = HandleTable.Find<SoftwareStream>(hStream.Value);
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is { } capture)
            {
                capture.Invalidate();
                stream.Device.Reports.Misuse($"{stream.Name} was destroyed while it was being captured");
                if (capture.Origin == stream)
                    capture.End();
            }

            // What it has been given still runs.
            stream.Context.Streams.Remove(stream);
        }

        return stream.Device.Handles.Remove(stream) ? stream.Context.Loss : CUresult.CUDA_ERROR_INVALID_HANDLE;
    }

    public static CUresult cuStreamQuery(CUstream hStream) => StreamSubmission.Resolve(hStream).IsDone() ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_NOT_READY;

    public static CUresult cuStreamSynchronize(CUstream hStream)
    {
        StreamSubmission.Resolve(hStream).Synchronize();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamWaitEvent(CUstream hStream, CUevent hEvent, uint Flags)
    {
        var stream = StreamSubmission.Resolve(hStream);
        var source = EventCalls.Resolve(hEvent);
        if (Flags > 1)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var isExternal = Flags == 1;
        lock (stream.Device.Executor.Gate)
        {
            if (source.Capture is { } captured && !isExternal)
            {
                if (!stream.Context.Captures.Contains(captured))
                    return CUresult.CUDA_ERROR_CAPTURED_EVENT;
                if (stream.Capture is not null && stream.Capture != captured)
                {
                    stream.Capture.Invalidate();
                    captured.Invalidate();
                    return CUresult.CUDA_ERROR_STREAM_CAPTURE_MERGE;
                }

                captured.Join(stream, source);
                return CUresult.CUDA_SUCCESS;
            }

            if (stream.Capture is { } capture && !isExternal)
            {
                capture.Invalidate();
                stream.Device.Reports.Misuse($"{stream.Name}, while it was being captured, was made to wait for an event that was recorded outside of the capture");
                return CUresult.CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
            }
        }

        if (stream.Capture is null && source.LastRecord == 0)
            return CUresult.CUDA_SUCCESS;
        var operation = stream.NewOperation(stream.Device.Operations.Waits);
        operation.Set(source);
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamAddCallback(CUstream hStream, void* callback, void* userData, uint flags)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (callback is null || flags != 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (stream.Capture is not null)
            return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        var operation = stream.Device.Operations.HostCalls.Rent();
        operation.Function = null;
        operation.Callback = (delegate* unmanaged<CUstream, CUresult, void*, void>)callback;
        operation.Stream = hStream;
        operation.UserData = userData;
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuLaunchHostFunc(CUstream hStream, delegate* unmanaged<void*, void> fn, void* userData)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (fn is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var operation = stream.NewOperation(stream.Device.Operations.HostCalls);
        operation.Function = fn;
        operation.UserData = userData;
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetCtx(CUstream hStream, CUcontext* pctx)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (pctx is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pctx = new CUcontext(stream.Context.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetDevice(CUstream hStream, CUdevice* device)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (device is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *device = new CUdevice(stream.Device.Ordinal);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetPriority(CUstream hStream, int* priority)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (priority is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *priority = stream.Priority;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetFlags(CUstream hStream, uint* flags)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (flags is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *flags = (uint)stream.Flags;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetId(CUstream hStream, ulong* streamId)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (streamId is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *streamId = stream.Id;
        return CUresult.CUDA_SUCCESS;
    }
}
