using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A queue of work. Everything that changes is guarded by the device's gate.</summary>
internal sealed class SoftwareStream(SoftwareContext context, CUstream_flags flags, int priority, bool isLegacy) : DriverObject
{
    private static long s_lastId;

    public SoftwareContext Context { get; } = context;

    public SoftwareDevice Device => Context.Device;

    public CUstream_flags Flags { get; } = flags;

    public int Priority { get; } = priority;

    public bool IsLegacy { get; } = isLegacy;

    public ulong Id { get; } = (ulong)Interlocked.Increment(ref s_lastId);

    /// <summary>Whether the null stream and this one wait for each other.</summary>
    public bool IsBlocking => (Flags & CUstream_flags.CU_STREAM_NON_BLOCKING) == 0;

    public Queue<QueuedOperation> Queue { get; } = new();

    /// <summary>The number of the last operation given, and of the last one finished.</summary>
    public long LastGiven { get; set; }

    public long LastFinished { get; set; }

    /// <summary>Whether the last operation that ran was a kernel. Of the executor's thread alone.</summary>
    public bool EndedWithKernel { get; set; }

    public bool IsIdle => Queue.Count == 0;

    /// <summary>The capture that the stream takes part in, or null.</summary>
    public StreamCapture? Capture { get; set; }

    /// <summary>The nodes that the next captured one comes after.</summary>
    public List<GraphNode> CaptureTail { get; } = [];

    public override string Noun => "stream";

    public string Name => IsLegacy ? "the null stream" : $"stream {Id}";
}
