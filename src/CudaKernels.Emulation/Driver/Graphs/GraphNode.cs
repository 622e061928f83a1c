namespace CudaKernels.Emulation;

/// <summary>A node of a graph: an operation, or another graph.</summary>
internal sealed class GraphNode(SoftwareGraph graph, Operation operation, SoftwareGraph? child) : DriverObject
{
    public SoftwareGraph Graph { get; } = graph;

    public Operation Operation { get; set; } = operation;

    /// <summary>The graph that the node runs; null for a node that is an operation.</summary>
    public SoftwareGraph? Child { get; set; } = child;

    public List<GraphNode> Dependencies { get; } = [];

    public List<GraphNode> Dependents { get; } = [];

    /// <summary>The node of the graph that this one's was cloned from, or null.</summary>
    public GraphNode? Original { get; init; }

    public override string Noun => "graph node";

    public override bool IsLeakWhenLeft => false;
}
