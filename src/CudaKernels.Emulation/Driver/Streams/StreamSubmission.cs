using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Gives work to a stream, or, while the stream is captured, to its graph.</summary>
internal static class StreamSubmission
{
    private const nint LegacyHandle = 1;
    private const nint PerThreadHandle = 2;

    /// <summary>The stream behind a handle: 0 and 1 are the null stream, 2 the thread's own.</summary>
    public static SoftwareStream Resolve(CUstream handle)
    {
        var context = ContextStack.Current;
        if (handle.Value is 0 or LegacyHandle)
            return ContextStack.Require().Legacy;
        if (handle.Value == PerThreadHandle)
            return ContextStack.Require().PerThread;
        var stream = HandleTable.Find<SoftwareStream>(handle.Value);
        stream.Context.ThrowIfUnusable();
        if (context is not null && stream.Context != context)
        {
            context.Device.Reports.Misuse($"{SoftwareCall.Name} was given a stream of emulated:{stream.Device.Ordinal} while emulated:{context.Device.Ordinal} was current");
            throw new DriverError(DriverObject.BadHandle);
        }

        return stream;
    }

    /// <summary>An operation to fill and give: a used one, or a new one that a graph will keep.</summary>
    public static T NewOperation<T>(this SoftwareStream stream, OperationPool<T> pool) where T : Operation, new() => stream.Capture is null ? pool.Rent() : new T();

    /// <summary>Puts an operation at the end of a stream.</summary>
    public static void Give(this SoftwareStream stream, Operation operation)
    {
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is { } capture)
            {
                capture.Add(stream, operation.Home is null ? operation : operation.Copy());
                return;
            }

            RefuseImplicitDependency(stream);
            (operation as EventRecordOperation)?.Begin();
            (operation as EventWaitOperation)?.Begin();
            stream.Device.Executor.Enqueue(stream, operation);
        }
    }

    /// <summary>Waits for all work of a stream.</summary>
    public static void Synchronize(this SoftwareStream stream)
    {
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is { } capture)
            {
                capture.Invalidate();
                throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
            }

            RefuseImplicitDependency(stream);

            // The null stream is done when the blocking streams are: a marker in it comes after all of them.
            if (stream.IsLegacy)
                stream.Device.Executor.Enqueue(stream, stream.Device.Operations.Markers.Rent());
        }

        stream.Device.Executor.Drain(stream);
        stream.Device.Memory.TrimToThresholds();
    }

    /// <summary>Whether all work of a stream is done.</summary>
    public static bool IsDone(this SoftwareStream stream)
    {
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is { } capture)
            {
                capture.Invalidate();
                throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
            }

            RefuseImplicitDependency(stream);
            return stream.IsIdle && (!stream.IsLegacy || stream.Context.AllStreams.All(other => !other.IsBlocking || other.IsIdle));
        }
    }

    /// <summary>Refuses a call that cannot be made while this thread's captures, or any global one, are under way.</summary>
    public static void RefuseDuringCapture(SoftwareContext context)
    {
        lock (context.Device.Executor.Gate)
        {
            foreach (var capture in context.Captures)
            {
                if (!CaptureThreadMode.Forbids(capture))
                    continue;
                capture.Invalidate();
                context.Device.Reports.Misuse($"{SoftwareCall.Name} was called while {capture.Origin.Name} was being captured, which invalidates the capture");
                throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
            }
        }
    }

    // Work of the null stream would have to wait for a blocking stream that only records.
    private static void RefuseImplicitDependency(SoftwareStream stream)
    {
        if (!stream.IsLegacy)
            return;
        foreach (var capture in stream.Context.Captures)
        {
            if (!capture.Streams.Exists(other => other.IsBlocking))
                continue;
            capture.Invalidate();
            throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
        }
    }
}
