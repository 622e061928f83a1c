using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>One ordinal of the software driver with all that is its own.</summary>
internal sealed class SoftwareDevice : IDisposable
{
    private readonly Lock _contextLock = new();
    private int _retains;
    private ulong _accesses;

    public SoftwareDevice(int ordinal, EmulationOptions options)
    {
        Ordinal = ordinal;
        Options = options;
        Handles = new HandleTable(ordinal);
        Executor = new StreamExecutor(this);
        Memory = new MemoryStore(this);
    }

    public int Ordinal { get; }

    public EmulationOptions Options { get; }

    public HandleTable Handles { get; }

    public ReportList Reports { get; } = new();

    public InjectedErrors Injected { get; } = new();

    public OperationPools Operations { get; } = new();

    public StreamExecutor Executor { get; }

    public MemoryStore Memory { get; }

    /// <summary>The accesses to memory that the checking mode has looked at.</summary>
    public ulong Accesses => Volatile.Read(ref _accesses);

    public CUctx_flags PrimaryFlags { get; set; }

    /// <summary>The primary context, or null while nobody retains it.</summary>
    public SoftwareContext? Primary { get; private set; }

    public void NoteAccesses(ulong count) => Interlocked.Add(ref _accesses, count);

    public SoftwareContext Retain()
    {
        lock (_contextLock)
        {
            if (Primary is null)
            {
                Primary = new SoftwareContext(this);
                Handles.Add(Primary);
            }

            _retains++;
            return Primary;
        }
    }

    /// <summary>Gives one retain back; the last one ends the context.</summary>
    public CUresult Release()
    {
        lock (_contextLock)
        {
            if (_retains == 0)
                return CUresult.CUDA_ERROR_INVALID_CONTEXT;
            if (--_retains == 0)
                Destroy();
            return CUresult.CUDA_SUCCESS;
        }
    }

    /// <summary>Ends the context whoever retains it; the next retain makes a new one.</summary>
    public void Reset()
    {
        lock (_contextLock)
            Destroy();
    }

    public void Dispose()
    {
        Reset();
        Executor.Stop();
        foreach (var allocation in AllocationMap.ListOf(this))
            Memory.Release(allocation);
        SoftwareDriver.Return(this);
    }

    private void Destroy()
    {
        if (Primary is not { } context)
            return;
        Executor.DrainAll();
        ReportLeaks(context);
        context.IsDestroyed = true;
        Handles.Remove(context);
        Primary = null;
    }

    // What is left is reported and then goes with the context, as under a real driver.
    private void ReportLeaks(SoftwareContext context)
    {
        foreach (var allocation in AllocationMap.ListOf(this))
        {
            if (allocation.Kind is AllocationKind.Global)
                continue;
            if (!context.IsLost)
                Reports.Add(new EmulationReport("leak", $"{allocation} was not freed when the context was released") { Buffer = allocation.ToString() });
            Memory.Release(allocation);
        }

        foreach (var group in Handles.Live.GroupBy(item => item.Noun).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var left = group.Where(item => item.IsLeakWhenLeft).ToArray();
            if (left.Length > 0 && !context.IsLost)
                Reports.Add(new EmulationReport("leak", $"{left.Length} {group.Key}{(left.Length == 1 ? " was" : "s were")} not destroyed when the context was released") { Count = left.Length });
        }

        foreach (var item in Handles.Live)
        {
            if (item is LoadedLibrary library)
                library.Unload();
            else if (item is not (SoftwareContext or SoftwarePool))
                Handles.Remove(item);
        }

        lock (Executor.Gate)
            context.Streams.Clear();
    }
}
