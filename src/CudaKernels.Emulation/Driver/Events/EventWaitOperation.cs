using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Holds a stream until a record of an event is reached.</summary>
internal sealed class EventWaitOperation : Operation
{
    private long _record;

    public SoftwareEvent Event { get; private set; } = null!;

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_WAIT_EVENT;

    public override bool IsReady => Event.HasReached(_record);

    public void Set(SoftwareEvent source) => Event = source;

    /// <summary>Waits for the last record at this moment. The gate is held.</summary>
    public void Begin() => _record = Event.LastRecord;

    public override bool Run(SoftwareDevice device) => true;

    public override Operation Copy()
    {
        var copy = new EventWaitOperation();
        copy.Set(Event);
        return copy;
    }
}
