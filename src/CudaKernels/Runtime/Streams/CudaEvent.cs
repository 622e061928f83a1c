using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A mark in a stream: others can wait for it, and two of them measure the time between.</summary>
public sealed unsafe class CudaEvent : IDisposable
{
    private readonly bool _timing;
    private int _disposed;

    internal CudaEvent(CudaDevice device, bool timing, bool blocking)
    {
        Device = device;
        _timing = timing;
        var flags = (timing ? 0 : CUevent_flags.CU_EVENT_DISABLE_TIMING) | (blocking ? CUevent_flags.CU_EVENT_BLOCKING_SYNC : 0);
        CUevent handle;
        device.Check(device.Driver.cuEventCreate(&handle, (uint)flags), $"cuEventCreate({flags})");
        Handle = handle;
        device.Resources.Add(ResourceKind.Event, handle.Value);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The driver's handle.</summary>
    public CUevent Handle { get; }

    /// <summary>Whether everything before the mark is done; true of an event that was never recorded.</summary>
    public bool IsCompleted
    {
        get
        {
            Enter();
            var result = Device.Driver.cuEventQuery(Handle);
            if (result == CUresult.CUDA_ERROR_NOT_READY)
                return false;
            Device.Check(result, $"cuEventQuery()");
            return true;
        }
    }

    /// <summary>The capture in which the event was last recorded.</summary>
    internal CaptureSession? Session { get; set; }

    /// <summary>Whether the event was ever recorded.</summary>
    internal bool IsRecorded { get; set; }

    /// <summary>Waits on this thread until everything before the mark is done.</summary>
    public void Synchronize()
    {
        Enter();
        Device.Check(Device.Driver.cuEventSynchronize(Handle), $"cuEventSynchronize()");
    }

    /// <summary>The milliseconds from <paramref name="start"/> to this event, resolved to about half a microsecond. Waits for both.</summary>
    /// <returns>Negative when this event was reached before <paramref name="start"/>.</returns>
    /// <exception cref="InvalidOperationException">One of the events takes no time, or was never recorded.</exception>
    public float MillisecondsSince(CudaEvent start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (!_timing || !start._timing)
            throw new InvalidOperationException("only events made with timing measure time");
        if (!IsRecorded || !start.IsRecorded)
            throw new InvalidOperationException($"the event at the {(start.IsRecorded ? "end" : "start")} was never recorded: give both to CudaStream.Record first");
        start.Synchronize();
        Synchronize();
        float milliseconds;
        // The newer form of 12.8 gives the same answer for events of one device; the older is in every driver.
        var driver = Device.Driver;
        var result = driver.IsAvailable(nameof(DriverApi.cuEventElapsedTime_v1))
            ? driver.cuEventElapsedTime_v1(&milliseconds, start.Handle, Handle)
            : driver.cuEventElapsedTime(&milliseconds, start.Handle, Handle);
        Device.Check(result, $"cuEventElapsedTime()");
        return milliseconds;
    }

    /// <summary>The time from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public static TimeSpan ElapsedTime(CudaEvent start, CudaEvent end)
    {
        ArgumentNullException.ThrowIfNull(end);
        return TimeSpan.FromMilliseconds(end.MillisecondsSince(start));
    }

    /// <summary>Destroys the event; streams that wait for it go on waiting.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        Device.Resources.Destroy(ResourceKind.Event, Handle.Value);
    }

    /// <summary>Queues the driver's object on the device, without calling CUDA.</summary>
    ~CudaEvent()
    {
        if (Device is { } device && Handle.Value != 0)
            device.Resources.Abandon(this);
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    private void Enter()
    {
        ThrowIfDisposed();
        Device.Enter();
        if (Session is not null)
            throw new InvalidOperationException("the event was last recorded in a capture, so nothing reaches it by itself: record it outside of the capture");
    }
}
