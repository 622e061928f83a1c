using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A graph ready to run: its operations by index, child graphs laid out in place, and who waits for whom.</summary>
internal sealed class GraphPlan
{
    private readonly Dictionary<GraphNode, int> _indices = [];
    private readonly List<Operation> _operations = [];
    private readonly List<List<int>> _dependents = [];
    private readonly List<int> _waits = [];

    /// <exception cref="DriverError">The graph has a cycle.</exception>
    public GraphPlan(SoftwareGraph graph)
    {
        Lay(graph, entry: -1);
        Operations = [.. _operations];
        Dependents = [.. _dependents.Select(list => list.ToArray())];
        Waits = [.. _waits];
        ThrowIfCyclic();
    }

    private GraphPlan(GraphPlan other)
    {
        _indices = other._indices;
        Operations = [.. other.Operations];
        Dependents = other.Dependents;
        Waits = other.Waits;
        Disabled = [.. other.Disabled];
    }

    public Operation[] Operations { get; }

    /// <summary>The operations that come right after each one.</summary>
    public int[][] Dependents { get; }

    /// <summary>How many operations each one comes after.</summary>
    public int[] Waits { get; }

    /// <summary>Operations that are passed over.</summary>
    public HashSet<int> Disabled { get; } = [];

    /// <summary>The place of a node of the graph that the plan was made from.</summary>
    public int IndexOf(GraphNode node) => _indices.TryGetValue(node, out var index) ? index : throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);

    /// <summary>A plan with one operation replaced; launches under way keep theirs.</summary>
    public GraphPlan With(int index, Operation operation)
    {
        if (Operations[index].NodeType != operation.NodeType)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var plan = new GraphPlan(this);
        plan.Operations[index] = operation;
        return plan;
    }

    public GraphPlan WithEnabled(int index, bool isEnabled)
    {
        var plan = new GraphPlan(this);
        if (isEnabled)
            plan.Disabled.Remove(index);
        else
            plan.Disabled.Add(index);
        return plan;
    }

    /// <summary>Whether another graph has the same nodes in the same order with the same edges.</summary>
    public bool HasSameShape(GraphPlan other, out CUgraphExecUpdateResult difference)
    {
        difference = CUgraphExecUpdateResult.CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
        if (Operations.Length != other.Operations.Length)
            return false;
        for (var i = 0; i < Operations.Length; i++)
        {
            if (!Dependents[i].AsSpan().SequenceEqual(other.Dependents[i]))
                return false;
        }

        difference = CUgraphExecUpdateResult.CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED;
        for (var i = 0; i < Operations.Length; i++)
        {
            if (Operations[i].NodeType != other.Operations[i].NodeType)
                return false;
        }

        difference = CUgraphExecUpdateResult.CU_GRAPH_EXEC_UPDATE_SUCCESS;
        return true;
    }

    /// <summary>This plan's nodes with the operations of another of the same shape.</summary>
    public GraphPlan WithOperationsOf(GraphPlan other)
    {
        var plan = new GraphPlan(this);
        other.Operations.CopyTo(plan.Operations, 0);
        return plan;
    }

    // Returns the index that everything after the graph waits for: -1 for an empty graph at the top.
    private int Lay(SoftwareGraph graph, int entry)
    {
        var exits = new Dictionary<GraphNode, int>();
        foreach (var node in graph.Nodes)
        {
            var index = Append(node.Operation.Copy());
            _indices[node] = index;
            exits[node] = node.Child is null ? index : Lay(node.Child, index);
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var dependency in node.Dependencies)
                Order(exits[dependency], _indices[node]);
            if (entry >= 0 && node.Dependencies.Count == 0)
                Order(entry, _indices[node]);
        }

        if (entry < 0)
            return -1;
        var exit = Append(new MarkerOperation());
        if (graph.Nodes.Count == 0)
            Order(entry, exit);
        foreach (var node in graph.Nodes.Where(node => node.Dependents.Count == 0))
            Order(exits[node], exit);
        return exit;
    }

    private int Append(Operation operation)
    {
        _operations.Add(operation);
        _dependents.Add([]);
        _waits.Add(0);
        return _operations.Count - 1;
    }

    private void Order(int first, int second)
    {
        _dependents[first].Add(second);
        _waits[second]++;
    }

    private void ThrowIfCyclic()
    {
        var waits = (int[])Waits.Clone();
        var open = new Queue<int>(Enumerable.Range(0, waits.Length).Where(index => waits[index] == 0));
        var count = 0;
        while (open.TryDequeue(out var index))
        {
            count++;
            foreach (var dependent in Dependents[index])
            {
                if (--waits[dependent] == 0)
                    open.Enqueue(dependent);
            }
        }

        if (count != waits.Length)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
    }
}
