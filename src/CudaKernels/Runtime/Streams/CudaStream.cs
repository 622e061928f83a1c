using System.Globalization;
using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A queue of work of a device: what is given to one stream runs in that order, different streams run side by side.</summary>
/// <remarks>
/// <para>Any thread may give work to a stream. Memory touched on several streams is ordered by itself: a stream waits for the last
/// writer, and a writer for the readers since. <c>await stream</c> continues when everything given so far is done; no thread waits.</para>
/// <para>Disposing a stream waits for its work. Disposing the device's default stream does nothing.</para>
/// </remarks>
public sealed unsafe partial class CudaStream : IDisposable
{
    private readonly Lock _orderGate = new();
    private readonly bool _isDefault;
    private CUevent _order;
    private CUevent _captureOrder;
    private CaptureSession? _session;
    private int _disposed;

    // Written under the gate, after the stream's work has ended; from then on there is nothing to wait for.
    private bool _isGone;

    internal CudaStream(CudaDevice device, int priority, bool isDefault)
    {
        Device = device;
        Priority = priority;
        _isDefault = isDefault;
        device.Enter();
        CUstream handle;
        device.Check(device.Driver.cuStreamCreateWithPriority(&handle, (uint)CUstream_flags.CU_STREAM_NON_BLOCKING, priority), $"cuStreamCreateWithPriority(NON_BLOCKING, {priority})");
        Handle = handle;
        device.Resources.Add(ResourceKind.Stream, handle.Value);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The driver's handle.</summary>
    public CUstream Handle { get; }

    /// <summary>0 is normal; lower numbers are served first.</summary>
    public int Priority { get; }

    /// <summary>Whether the stream has been disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _disposed) != 0 || Device.IsDisposed;

    /// <summary>Whether work given to the stream is being recorded into a graph instead of run.</summary>
    public bool IsCapturing => Session is not null;

    /// <summary>The capture that the stream takes part in.</summary>
    internal CaptureSession? Session
    {
        get => Volatile.Read(ref _session);
        set => Volatile.Write(ref _session, value);
    }

    /// <summary>Whether everything given so far is done.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public bool IsCompleted
    {
        get
        {
            Enter();
            RefuseInCapture("asking whether it is done");
            return Query();
        }
    }

    /// <summary>As <see cref="IsCompleted"/>, and true of a stream that is gone; false in a capture.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_orderGate)
            {
                if (_isGone || Device.IsDisposed)
                    return true;
                if (Session is not null)
                    return false;
                Device.Enter();
                using var relaxed = new RelaxedCapture(Device.Driver);
                return Query();
            }
        }
    }

    /// <summary>Waits on this thread until everything given so far is done.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    /// <exception cref="CudaContextLostException">A kernel failed.</exception>
    public void Synchronize()
    {
        Enter();
        RefuseInCapture("waiting for it");
        Device.Check(Device.Driver.cuStreamSynchronize(Handle), $"cuStreamSynchronize({this})");
    }

    /// <summary>Puts the event behind everything given so far.</summary>
    public void Record(CudaEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Enter();
        RequireSameDevice(@event.Device, "the event");
        @event.ThrowIfDisposed();
        Device.Check(Device.Driver.cuEventRecord(@event.Handle, Handle), $"cuEventRecord({this})");
        @event.Session = Session;
        @event.IsRecorded = true;
        GC.KeepAlive(@event);
    }

    /// <summary>Lets what is given to this stream from now on wait for the event. In a capture this joins the stream to it.</summary>
    /// <exception cref="InvalidOperationException">One of stream and event belongs to a capture and the other does not belong to the same.</exception>
    public void Wait(CudaEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Enter();
        @event.ThrowIfDisposed();
        if (@event.Session is { } session)
        {
            if (!session.IsActive)
                throw new InvalidOperationException("the event was recorded in a capture that has ended, so nothing reaches it: record it again");
            session.Join(this);
        }
        else if (Session is not null)
        {
            throw new InvalidOperationException($"{this} is being captured and cannot wait for an event that was recorded outside of the capture");
        }

        Device.Check(Device.Driver.cuStreamWaitEvent(Handle, @event.Handle, 0), $"cuStreamWaitEvent({this})");
        GC.KeepAlive(@event);
    }

    /// <summary>Waits for the stream's work and destroys it. A capture that began on it is given up, one that it has joined becomes invalid. Does nothing on the device's default stream.</summary>
    public void Dispose()
    {
        if (_isDefault || Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        AbortCapture();
        lock (_orderGate)
        {
            // Memory that this stream touched is ordered after it by an event on it, which needs a live stream: so its work ends first.
            WaitSilently();
            Device.DisposeCublas(this);
            _isGone = true;
            Session?.Leave(this);
            Device.Resources.Destroy(ResourceKind.Event, _order.Value);
            Device.Resources.Destroy(ResourceKind.Event, _captureOrder.Value);
            Device.Resources.Destroy(ResourceKind.Stream, Handle.Value);
        }

        ReleaseScratch();
    }

    /// <summary>Queues the stream on the device, without calling CUDA.</summary>
    ~CudaStream()
    {
        if (Device is { } device && Handle.Value != 0)
            device.Resources.Abandon(this);
    }

    /// <summary>Names the stream in messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"stream {(_isDefault ? "default" : $"0x{Handle.Value:x}")} of {Device.Id}");

    /// <summary>Begins a call: stream and device are usable, the context is current.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (_disposed != 0)
            ThrowDisposed();
        Device.Enter();
    }

    /// <summary>Lets this stream's coming work wait for all work that the other has been given.</summary>
    internal void OrderAfter(CudaStream other)
    {
        lock (other._orderGate)
        {
            if (other._isGone || other.Device.IsDisposed)
                return;
            CUevent reached;
            if (Session is { } session && ReferenceEquals(other.Session, session))
            {
                reached = other.EnsureEvent(ref other._captureOrder);
                Device.Check(Device.Driver.cuEventRecord(reached, other.Handle), $"cuEventRecord({other})");
            }
            else
            {
                // In a capture the other stream's own work ended with the event recorded before it.
                reached = other.EnsureEvent(ref other._order);
                if (other.Session is null)
                    Device.Check(Device.Driver.cuEventRecord(reached, other.Handle), $"cuEventRecord({other})");
            }

            Device.Check(Device.Driver.cuStreamWaitEvent(Handle, reached, 0), $"cuStreamWaitEvent({this})");
        }
    }

    /// <summary>Waits on the host, silently, before memory that the stream used is freed; false in a capture.</summary>
    internal bool TryWaitForRelease()
    {
        if (IsDisposed)
        {
            // Another thread may be about to dispose it, and not have waited yet.
            lock (_orderGate)
            {
                if (!_isGone)
                    WaitSilently();
            }

            return true;
        }

        if (Session is not null)
            return false;
        WaitSilently();
        return true;
    }

    /// <summary>Before the stream joins another's capture: waits of uncaptured work are for what it was given until now.</summary>
    internal void MarkBeforeCapture()
    {
        lock (_orderGate)
        {
            var before = EnsureEvent(ref _order);
            EnsureEvent(ref _captureOrder);
            Device.Check(Device.Driver.cuEventRecord(before, Handle), $"cuEventRecord({this})");
        }
    }

    /// <summary>Asks the driver for a sticky error, which fails the awaits of this device. For the timer: never throws.</summary>
    internal void Probe()
    {
        if (Session is null && Device.TryEnterForRelease() && !IsDisposed)
            Device.Observe(Device.Driver.cuStreamQuery(Handle), $"cuStreamQuery({this})");
    }

    internal void RefuseInCapture(string action)
    {
        if (Session is not null)
            throw new InvalidOperationException($"{this} is being captured: {action} is not possible in a capture");
    }

    internal void RequireSameDevice(ComputeDevice device, string what)
    {
        if (!ReferenceEquals(device, Device))
            throw new ArgumentException($"{what} belongs to {device.Id}, the stream to {Device.Id}");
    }

    private bool Query()
    {
        var result = Device.Driver.cuStreamQuery(Handle);
        if (result == CUresult.CUDA_ERROR_NOT_READY)
            return false;
        Device.Check(result, $"cuStreamQuery({this})");
        return true;
    }

    private void WaitSilently()
    {
        if (Device.TryEnterForRelease())
            Device.Observe(Device.Driver.cuStreamSynchronize(Handle), "cuStreamSynchronize()");
    }

    private CUevent EnsureEvent(ref CUevent place)
    {
        if (place.Value == 0)
        {
            CUevent made;
            Device.Check(Device.Driver.cuEventCreate(&made, (uint)CUevent_flags.CU_EVENT_DISABLE_TIMING), $"cuEventCreate(DISABLE_TIMING)");
            Device.Resources.Add(ResourceKind.Event, made.Value);
            place = made;
        }

        return place;
    }

    private void ThrowDisposed() => throw new ObjectDisposedException(nameof(CudaStream), $"{this} has been disposed");
}
