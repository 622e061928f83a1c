using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Work recorded from a stream. Instantiate it once, then launch it many times at the cost of one call.</summary>
/// <remarks>It keeps the memory and the kernels that it uses alive, also when their owners are disposed.</remarks>
public sealed unsafe class CudaGraph : IDisposable
{
    private int _disposed;

    internal CudaGraph(CudaDevice device, CUgraph handle, GraphMemory memory)
    {
        Device = device;
        Handle = handle;
        Memory = memory;
        device.Resources.Add(ResourceKind.Graph, handle.Value);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>The driver's handle.</summary>
    public CUgraph Handle { get; }

    /// <summary>The number of nodes: launches, copies, fills and the like.</summary>
    public int NodeCount
    {
        get
        {
            Enter();
            nuint count;
            Device.Check(Device.Driver.cuGraphGetNodes(Handle, null, &count), $"cuGraphGetNodes()");
            return (int)count;
        }
    }

    internal GraphMemory Memory { get; }

    /// <summary>Makes the graph ready to launch.</summary>
    public CudaGraphExec Instantiate()
    {
        Enter();
        CUgraphExec exec;
        Device.Check(Device.Driver.cuGraphInstantiate(&exec, Handle, 0), $"cuGraphInstantiate()");
        return new CudaGraphExec(Device, exec, Memory);
    }

    /// <summary>Gives the graph up; what was instantiated from it stays.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        Device.Resources.Destroy(ResourceKind.Graph, Handle.Value);
        Memory.Release();
    }

    /// <summary>Queues the driver's object on the device, without calling CUDA.</summary>
    ~CudaGraph()
    {
        if (Device is { } device && Handle.Value != 0)
            device.Resources.Abandon(this);
    }

    internal void Enter()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        Device.Enter();
    }
}
