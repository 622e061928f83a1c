using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A capture under way: the graph that grows, and the streams that take part. Guarded by the device's gate.</summary>
internal sealed class StreamCapture(SoftwareStream origin, SoftwareGraph graph, CUstreamCaptureMode mode)
{
    private static long s_lastId;

    public SoftwareStream Origin { get; } = origin;

    public SoftwareGraph Graph { get; } = graph;

    public CUstreamCaptureMode Mode { get; } = mode;

    public int ThreadId { get; } = Environment.CurrentManagedThreadId;

    public ulong Id { get; } = (ulong)Interlocked.Increment(ref s_lastId);

    public List<SoftwareStream> Streams { get; } = [origin];

    public bool IsInvalid { get; private set; }

    // What cuStreamGetCaptureInfo points its caller to: valid until the next such call of this capture.
    private CUgraphNode[] _exported = [];

    /// <summary>Handles of nodes at a fixed address.</summary>
    public unsafe CUgraphNode* Export(List<GraphNode> nodes)
    {
        _exported = GC.AllocateArray<CUgraphNode>(nodes.Count + 1, pinned: true);
        for (var i = 0; i < nodes.Count; i++)
            _exported[i] = new CUgraphNode(nodes[i].Handle);
        return (CUgraphNode*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _exported[0]);
    }

    public void Invalidate() => IsInvalid = true;

    public GraphNode Add(SoftwareStream stream, Operation operation)
    {
        ThrowIfInvalid();
        var node = Graph.Add(operation, stream.CaptureTail);
        stream.CaptureTail.Clear();
        stream.CaptureTail.Add(node);
        return node;
    }

    /// <summary>An event of this capture stands for the nodes that the stream has come to.</summary>
    public void Record(SoftwareStream stream, SoftwareEvent target)
    {
        ThrowIfInvalid();
        target.Capture = this;
        target.CapturedNodes.Clear();
        target.CapturedNodes.AddRange(stream.CaptureTail);
    }

    /// <summary>Lets a stream wait for an event of this capture; one from outside joins it.</summary>
    public void Join(SoftwareStream stream, SoftwareEvent source)
    {
        ThrowIfInvalid();
        if (stream.Capture is null)
        {
            stream.Capture = this;
            stream.CaptureTail.Clear();
            Streams.Add(stream);
        }

        foreach (var node in source.CapturedNodes)
        {
            if (!stream.CaptureTail.Contains(node))
                stream.CaptureTail.Add(node);
        }
    }

    /// <summary>Ends the capture; the streams take ordinary work again.</summary>
    /// <returns>The error that the end comes with, or CUDA_SUCCESS.</returns>
    public CUresult End()
    {
        var result = IsInvalid ? CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : IsJoined() ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
        foreach (var stream in Streams)
        {
            stream.Capture = null;
            stream.CaptureTail.Clear();
        }

        Origin.Context.Captures.Remove(this);
        return result;
    }

    // All that other streams were given has to come before what the origin has come to.
    private bool IsJoined()
    {
        var reached = new HashSet<GraphNode>();
        var open = new Stack<GraphNode>(Origin.CaptureTail);
        while (open.TryPop(out var node))
        {
            if (reached.Add(node))
            {
                foreach (var dependency in node.Dependencies)
                    open.Push(dependency);
            }
        }

        return Streams.TrueForAll(stream => stream.CaptureTail.TrueForAll(reached.Contains));
    }

    private void ThrowIfInvalid()
    {
        if (IsInvalid)
            throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    }
}
