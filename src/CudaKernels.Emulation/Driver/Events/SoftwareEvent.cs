using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A point in the work of a stream that others wait for. Guarded by the device's gate.</summary>
internal sealed class SoftwareEvent(SoftwareContext context, CUevent_flags flags) : DriverObject
{
    // Records that have been given and not reached: several, when the event was recorded again before.
    private readonly List<long> _pending = [];
    private long _time;

    public SoftwareContext Context { get; } = context;

    public bool HasTiming => (flags & CUevent_flags.CU_EVENT_DISABLE_TIMING) == 0;

    /// <summary>The number of the last record; 0 before the first.</summary>
    public long LastRecord { get; private set; }

    /// <summary>The capture that the last record was part of, and the nodes it came after; null after a record outside of captures.</summary>
    public StreamCapture? Capture { get; set; }

    public List<GraphNode> CapturedNodes { get; } = [];

    public bool IsReached => _pending.Count == 0 || !_pending.Contains(LastRecord);

    public override string Noun => "event";

    public long Record()
    {
        LastRecord++;
        _pending.Add(LastRecord);
        Capture = null;
        CapturedNodes.Clear();
        return LastRecord;
    }

    public void Reach(long record)
    {
        _pending.Remove(record);
        if (record == LastRecord)
            _time = Stopwatch.GetTimestamp();
    }

    public bool HasReached(long record) => !_pending.Contains(record);

    public float MillisecondsSince(SoftwareEvent start) => (float)Stopwatch.GetElapsedTime(start._time, _time).TotalMilliseconds;
}
