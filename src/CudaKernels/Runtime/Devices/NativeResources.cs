using System.Collections.Concurrent;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The driver objects of a device that are not destroyed yet, so that each is destroyed once, and all with the device.</summary>
internal sealed class NativeResources(CudaDevice device) : IDisposable
{
    private readonly Dictionary<(ResourceKind Kind, nint Handle), int> _live = [];
    private readonly ConcurrentQueue<IDisposable> _abandoned = [];
    private readonly ConcurrentQueue<LibraryHandle> _abandonedModules = [];
    private volatile bool _isClosed;

    public void Add(ResourceKind kind, nint handle)
    {
        lock (_live)
        {
            if (!_isClosed)
                _live[(kind, handle)] = 0;
        }
    }

    /// <summary>Destroys an object. Never throws; an object that the device destroyed already is passed over.</summary>
    public void Destroy(ResourceKind kind, nint handle)
    {
        lock (_live)
        {
            if (!_live.Remove((kind, handle)))
                return;
        }

        if (device.TryEnterForRelease())
            Call(kind, handle);
    }

    /// <summary>For finalizers, which call no CUDA: queues the owner, to be disposed by the next call that releases abandoned ones.</summary>
    public void Abandon(IDisposable owner)
    {
        if (!_isClosed)
            _abandoned.Enqueue(owner);
    }

    /// <summary>For the finalizer of a module, whose kernels may still run: it is unloaded by a call that waits for the device.</summary>
    public void Abandon(LibraryHandle module)
    {
        if (!_isClosed)
            _abandonedModules.Enqueue(module);
    }

    /// <summary>Disposes what was abandoned, but no modules. Waits for the work of abandoned streams.</summary>
    public void ReleaseAbandoned()
    {
        while (_abandoned.TryDequeue(out var owner))
            owner.Dispose();
    }

    /// <summary>As <see cref="ReleaseAbandoned"/>, but leaves streams that have work to do: for calls that do not wait.</summary>
    public void ReleaseIdle()
    {
        for (var count = _abandoned.Count; count > 0 && _abandoned.TryDequeue(out var owner); count--)
        {
            if (owner is CudaStream { IsIdle: false })
                _abandoned.Enqueue(owner);
            else
                owner.Dispose();
        }
    }

    /// <summary>Takes the modules that nobody can launch kernels of any more. Once the device's work has ended they can be disposed; those left alone are unloaded with the device.</summary>
    public IReadOnlyList<LibraryHandle> TakeAbandonedModules()
    {
        if (_abandonedModules.IsEmpty)
            return [];
        var taken = new List<LibraryHandle>();
        while (_abandonedModules.TryDequeue(out var module))
            taken.Add(module);
        return taken;
    }

    public IReadOnlyDictionary<string, int> CountLive()
    {
        lock (_live)
            return _live.Keys.GroupBy(key => key.Kind).ToDictionary(group => group.Key.ToString(), group => group.Count());
    }

    /// <summary>Destroys all, in the order of the kinds. The caller has made the context current.</summary>
    public void Dispose()
    {
        (ResourceKind Kind, nint Handle)[] items;
        lock (_live)
        {
            _isClosed = true;
            items = [.. _live.Keys.OrderBy(key => key.Kind)];
            _live.Clear();
        }

        _abandoned.Clear();
        _abandonedModules.Clear();
        foreach (var (kind, handle) in items)
            Call(kind, handle);
    }

    private void Call(ResourceKind kind, nint handle)
    {
        var driver = device.Driver;
        var (result, call) = kind switch
        {
            ResourceKind.GraphExec => (driver.cuGraphExecDestroy(new CUgraphExec(handle)), "cuGraphExecDestroy()"),
            ResourceKind.Graph => (driver.cuGraphDestroy(new CUgraph(handle)), "cuGraphDestroy()"),
            ResourceKind.Event => (driver.cuEventDestroy(new CUevent(handle)), "cuEventDestroy()"),
            ResourceKind.Stream => (driver.cuStreamDestroy(new CUstream(handle)), "cuStreamDestroy()"),
            ResourceKind.Library => (driver.cuLibraryUnload(new CUlibrary(handle)), "cuLibraryUnload()"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a resource kind"),
        };
        device.Observe(result, call);
    }
}
