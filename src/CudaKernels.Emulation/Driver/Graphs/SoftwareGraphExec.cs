namespace CudaKernels.Emulation;

/// <summary>An instantiated graph.</summary>
internal sealed class SoftwareGraphExec(GraphPlan plan, ulong flags) : DriverObject
{
    public GraphPlan Plan { get; set; } = plan;

    public ulong Flags { get; } = flags;

    /// <summary>The launches that are not finished, in order: a graph never runs beside itself. Guarded by the device's gate.</summary>
    public List<GraphOperation> Launches { get; } = [];

    public override string Noun => "graph instance";
}
