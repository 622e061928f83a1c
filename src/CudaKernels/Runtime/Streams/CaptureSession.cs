namespace CudaKernels;

/// <summary>A capture in progress: the streams in it, and the memory and kernels that its graph will need.</summary>
internal sealed class CaptureSession
{
    [ThreadStatic]
    private static CaptureSession? t_current;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<CudaStream> _streams = [];
    private readonly Dictionary<MemoryBlock, Use> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _kept = new(ReferenceEqualityComparer.Instance);

    private CaptureSession(CudaStream origin)
    {
        Origin = origin;
        IsActive = true;
    }

    /// <summary>The stream that the capture began on.</summary>
    public CudaStream Origin { get; }

    public bool IsActive { get; private set; }

    public bool IsOnThisThread => _thread == Environment.CurrentManagedThreadId;

    /// <summary>Whether this thread is capturing a stream.</summary>
    public static bool IsOnCurrentThread => t_current is { IsActive: true } session && !session.Origin.IsDisposed && !session.Origin.Device.IsContextLost;

    public static void Begin(CudaStream origin)
    {
        var session = new CaptureSession(origin);
        t_current = session;
        session.Join(origin);
    }

    /// <summary>Refuses what would break the capture that this thread has begun.</summary>
    public static void RefuseOnThisThread(string action)
    {
        if (IsOnCurrentThread)
            throw new InvalidOperationException($"this thread is capturing {t_current!.Origin}: {action} is not possible in a capture, do it before");
    }

    public void Join(CudaStream stream)
    {
        if (stream.Session is { } other)
        {
            if (!ReferenceEquals(other, this))
                throw new InvalidOperationException($"{stream} belongs to another capture");
            return;
        }

        lock (_uses)
            _streams.Add(stream);
        if (!ReferenceEquals(stream, Origin))
            stream.MarkBeforeCapture();
        stream.Session = this;
    }

    public void Leave(CudaStream stream)
    {
        lock (_uses)
            _streams.Remove(stream);
        stream.Session = null;
    }

    /// <summary>Keeps an object, such as a kernel, for as long as the graph.</summary>
    public void Keep(object item)
    {
        lock (_uses)
            _kept.Add(item);
    }

    /// <summary>Orders a touch among the streams of the capture and takes a lease for the graph.</summary>
    public void Touch(CudaBlock block, CudaStream stream, bool writes)
    {
        Use? use;
        lock (_uses)
        {
            if (!_uses.TryGetValue(block, out use))
            {
                block.Order.RequireIdle(stream, this);
                ObjectDisposedException.ThrowIf(!block.TryAcquire(), block);
                _uses.Add(block, use = new Use());
            }

            use.Writes |= writes;
        }

        if (writes)
            use.Order.Write(stream);
        else
            use.Order.Read(stream);
    }

    /// <summary>Ends the capture; the leases go to the result.</summary>
    public GraphMemory End()
    {
        lock (_uses)
        {
            IsActive = false;
            if (ReferenceEquals(t_current, this))
                t_current = null;
            foreach (var stream in _streams)
                stream.Session = null;
            return new GraphMemory([.. _uses.Select(pair => (pair.Key, pair.Value.Writes))], [.. _kept]);
        }
    }

    private sealed class Use
    {
        public StreamOrder Order { get; } = new(null);

        public bool Writes { get; set; }
    }
}
