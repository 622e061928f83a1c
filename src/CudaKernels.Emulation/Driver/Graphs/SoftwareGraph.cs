using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Operations and the order between them.</summary>
internal sealed class SoftwareGraph(HandleTable table) : DriverObject
{
    public List<GraphNode> Nodes { get; } = [];

    public override string Noun => "graph";

    /// <summary>A child graph goes with the node that holds it.</summary>
    public bool IsChild { get; set; }

    public override bool IsLeakWhenLeft => !IsChild;

    public GraphNode Add(Operation operation, IReadOnlyList<GraphNode> dependencies, SoftwareGraph? child = null, GraphNode? original = null)
    {
        if (dependencies.Any(dependency => dependency.Graph != this))
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var node = new GraphNode(this, operation, child) { Original = original };
        table.Add(node);
        foreach (var dependency in dependencies)
            Link(dependency, node);
        Nodes.Add(node);
        return node;
    }

    public static void Link(GraphNode from, GraphNode to)
    {
        if (to.Dependencies.Contains(from))
            return;
        to.Dependencies.Add(from);
        from.Dependents.Add(to);
    }

    public static bool Unlink(GraphNode from, GraphNode to)
    {
        from.Dependents.Remove(to);
        return to.Dependencies.Remove(from);
    }

    public void Remove(GraphNode node)
    {
        foreach (var dependency in node.Dependencies.ToArray())
            Unlink(dependency, node);
        foreach (var dependent in node.Dependents.ToArray())
            Unlink(node, dependent);
        Nodes.Remove(node);
        node.Child?.Destroy();
        table.Remove(node);
    }

    public void Destroy()
    {
        foreach (var node in Nodes.ToArray())
            Remove(node);
        table.Remove(this);
    }

    /// <summary>A copy with operations of its own.</summary>
    public SoftwareGraph Clone()
    {
        var clone = new SoftwareGraph(table);
        table.Add(clone);
        var copies = new Dictionary<GraphNode, GraphNode>();
        foreach (var node in Nodes)
            copies[node] = clone.Add(node.Operation.Copy(), [], CloneChild(node), node);
        foreach (var node in Nodes)
        {
            foreach (var dependency in node.Dependencies)
                Link(copies[dependency], copies[node]);
        }

        return clone;
    }

    private static SoftwareGraph? CloneChild(GraphNode node)
    {
        if (node.Child is null)
            return null;
        var child = node.Child.Clone();
        child.IsChild = true;
        return child;
    }
}
