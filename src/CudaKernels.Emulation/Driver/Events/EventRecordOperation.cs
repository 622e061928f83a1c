using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Marks an event as reached.</summary>
internal sealed class EventRecordOperation : Operation
{
    private long _record;

    public SoftwareEvent Event { get; private set; } = null!;

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_EVENT_RECORD;

    public void Set(SoftwareEvent target) => Event = target;

    /// <summary>Counts as a record from now on. The gate is held.</summary>
    public void Begin() => _record = Event.Record();

    public override bool Run(SoftwareDevice device) => true;

    public override void Finish(SoftwareDevice device) => Event.Reach(_record);

    public override Operation Copy()
    {
        var copy = new EventRecordOperation();
        copy.Set(Event);
        return copy;
    }
}
