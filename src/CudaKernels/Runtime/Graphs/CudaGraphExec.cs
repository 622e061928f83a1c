using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A graph that is ready to launch.</summary>
public sealed unsafe class CudaGraphExec : IDisposable
{
    private readonly Lock _gate = new();
    private GraphMemory _memory;
    private int _disposed;

    internal CudaGraphExec(CudaDevice device, CUgraphExec handle, GraphMemory memory)
    {
        memory.Acquire();
        _memory = memory;
        Device = device;
        Handle = handle;
        device.Resources.Add(ResourceKind.GraphExec, handle.Value);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The driver's handle.</summary>
    public CUgraphExec Handle { get; }

    /// <summary>Runs the graph in the order of a stream, after all work of other streams on its memory. One launch of an instance runs at a time.</summary>
    /// <param name="stream">The stream; null for the default stream.</param>
    public void Launch(CudaStream? stream = null)
    {
        var on = stream ?? Device.DefaultStream;
        on.RequireSameDevice(Device, "the graph");
        on.Enter();
        lock (_gate)
        {
            ThrowIfDisposed();
            _memory.BeforeLaunch(on);
            on.Session?.Keep(this);
            Device.Check(Device.Driver.cuGraphLaunch(Handle, on.Handle), $"cuGraphLaunch({on})");
        }

        CudaTelemetry.Launches.Add(1);
    }

    /// <summary>Takes over the arguments and shapes of another recording of the same work, without a new instantiation.</summary>
    /// <exception cref="CudaException">The recordings differ in more than arguments: the message tells in what.</exception>
    public void Update(CudaGraph graph)
    {
        if (!TryUpdate(graph, out var difference))
            throw new CudaException(CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, ErrorExplanation.Describe(CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, $"cuGraphExecUpdate() ({difference})"));
    }

    /// <summary>As <see cref="Update"/>, or says why it is not possible.</summary>
    /// <param name="graph">The other recording.</param>
    /// <param name="difference">The driver's word for what differs; null on success.</param>
    public bool TryUpdate(CudaGraph graph, out string? difference)
    {
        ArgumentNullException.ThrowIfNull(graph);
        graph.Enter();
        lock (_gate)
        {
            ThrowIfDisposed();
            CUgraphExecUpdateResultInfo info = default;
            var result = Device.Driver.cuGraphExecUpdate(Handle, graph.Handle, &info);
            if (result == CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE)
            {
                difference = info.result.ToString();
                return false;
            }

            Device.Check(result, $"cuGraphExecUpdate()");
            graph.Memory.Acquire();
            _memory.Release();
            _memory = graph.Memory;
            difference = null;
            return true;
        }
    }

    /// <summary>Gives the instance up; a launch that is running ends normally.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            Device.Resources.Destroy(ResourceKind.GraphExec, Handle.Value);
            _memory.Release();
        }
    }

    /// <summary>Queues the driver's object on the device, without calling CUDA.</summary>
    ~CudaGraphExec()
    {
        if (Device is { } device && Handle.Value != 0)
            device.Resources.Abandon(this);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
