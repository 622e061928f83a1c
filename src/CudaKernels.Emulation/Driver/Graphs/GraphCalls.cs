using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about graphs as a whole and their edges.</summary>
internal static unsafe class GraphCalls
{
    /// <summary>The nodes behind an array of handles, all of one graph.</summary>
    public static List<GraphNode> Nodes(SoftwareGraph graph, CUgraphNode* handles, nuint count)
    {
        if (count > 0 && handles is null)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        var nodes = new List<GraphNode>((int)count);
        for (nuint i = 0; i < count; i++)
        {
            var node = HandleTable.Find<GraphNode>(handles[i].Value);
            if (node.Graph != graph)
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
            nodes.Add(node);
        }

        return nodes;
    }

    public static CUresult cuGraphCreate(CUgraph* phGraph, uint flags)
    {
        if (phGraph is null || flags != 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var table = SoftwareDriver.TableForNew;
        *phGraph = new CUgraph(table.Add(new SoftwareGraph(table)));
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphDestroy(CUgraph hGraph)
    {
        HandleTable.Find<SoftwareGraph>(hGraph.Value).Destroy();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphClone(CUgraph* phGraphClone, CUgraph originalGraph)
    {
        var graph = HandleTable.Find<SoftwareGraph>(originalGraph.Value);
        if (phGraphClone is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *phGraphClone = new CUgraph(graph.Clone().Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphNodeFindInClone(CUgraphNode* phNode, CUgraphNode hOriginalNode, CUgraph hClonedGraph)
    {
        var original = HandleTable.Find<GraphNode>(hOriginalNode.Value);
        var found = HandleTable.Find<SoftwareGraph>(hClonedGraph.Value).Nodes.Find(node => node.Original == original);
        if (phNode is null || found is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *phNode = new CUgraphNode(found.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphGetNodes(CUgraph hGraph, CUgraphNode* nodes, nuint* numNodes) =>
        Write(HandleTable.Find<SoftwareGraph>(hGraph.Value).Nodes, nodes, numNodes);

    public static CUresult cuGraphGetRootNodes(CUgraph hGraph, CUgraphNode* rootNodes, nuint* numRootNodes) =>
        Write([.. HandleTable.Find<SoftwareGraph>(hGraph.Value).Nodes.Where(node => node.Dependencies.Count == 0)], rootNodes, numRootNodes);

    public static CUresult cuGraphNodeGetDependencies(CUgraphNode hNode, CUgraphNode* dependencies, CUgraphEdgeData* edgeData, nuint* numDependencies) =>
        WriteEnds(HandleTable.Find<GraphNode>(hNode.Value).Dependencies, dependencies, edgeData, numDependencies);

    public static CUresult cuGraphNodeGetDependentNodes(CUgraphNode hNode, CUgraphNode* dependentNodes, CUgraphEdgeData* edgeData, nuint* numDependentNodes) =>
        WriteEnds(HandleTable.Find<GraphNode>(hNode.Value).Dependents, dependentNodes, edgeData, numDependentNodes);

    public static CUresult cuGraphNodeGetDependencies_v1(CUgraphNode hNode, CUgraphNode* dependencies, nuint* numDependencies) =>
        cuGraphNodeGetDependencies(hNode, dependencies, null, numDependencies);

    public static CUresult cuGraphNodeGetDependentNodes_v1(CUgraphNode hNode, CUgraphNode* dependentNodes, nuint* numDependentNodes) =>
        cuGraphNodeGetDependentNodes(hNode, dependentNodes, null, numDependentNodes);

    public static CUresult cuGraphGetEdges_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint* numEdges) => cuGraphGetEdges(hGraph, from, to, null, numEdges);

    public static CUresult cuGraphGetEdges(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint* numEdges)
    {
        var graph = HandleTable.Find<SoftwareGraph>(hGraph.Value);
        if (numEdges is null || (from is null) != (to is null))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var edges = graph.Nodes.SelectMany(node => node.Dependencies.Select(dependency => (From: dependency, To: node))).ToArray();
        if (from is null)
        {
            *numEdges = (nuint)edges.Length;
            return CUresult.CUDA_SUCCESS;
        }

        var room = *numEdges;
        for (nuint i = 0; i < room; i++)
        {
            var isThere = i < (nuint)edges.Length;
            from[i] = new CUgraphNode(isThere ? edges[i].From.Handle : 0);
            to[i] = new CUgraphNode(isThere ? edges[i].To.Handle : 0);
            if (edgeData is not null)
                edgeData[i] = default;
        }

        *numEdges = nuint.Min(room, (nuint)edges.Length);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphAddDependencies_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint numDependencies) =>
        cuGraphAddDependencies(hGraph, from, to, null, numDependencies);

    public static CUresult cuGraphAddDependencies(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint numDependencies)
    {
        var graph = HandleTable.Find<SoftwareGraph>(hGraph.Value);
        var (first, second) = (Nodes(graph, from, numDependencies), Nodes(graph, to, numDependencies));
        for (var i = 0; i < first.Count; i++)
        {
            if (first[i] == second[i] || second[i].Dependencies.Contains(first[i]))
                return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        for (var i = 0; i < first.Count; i++)
            SoftwareGraph.Link(first[i], second[i]);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphRemoveDependencies_v1(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, nuint numDependencies) =>
        cuGraphRemoveDependencies(hGraph, from, to, null, numDependencies);

    public static CUresult cuGraphRemoveDependencies(CUgraph hGraph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* edgeData, nuint numDependencies)
    {
        var graph = HandleTable.Find<SoftwareGraph>(hGraph.Value);
        var (first, second) = (Nodes(graph, from, numDependencies), Nodes(graph, to, numDependencies));
        for (var i = 0; i < first.Count; i++)
        {
            if (!SoftwareGraph.Unlink(first[i], second[i]))
                return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult WriteEnds(List<GraphNode> known, CUgraphNode* nodes, CUgraphEdgeData* edgeData, nuint* count)
    {
        if (nodes is not null && edgeData is not null && count is not null)
            new Span<CUgraphEdgeData>(edgeData, (int)*count).Clear();
        return Write(known, nodes, count);
    }

    // Without an array the count is told; with one it is filled, and the room that is left over gets null.
    private static CUresult Write(List<GraphNode> known, CUgraphNode* nodes, nuint* count)
    {
        if (count is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (nodes is null)
        {
            *count = (nuint)known.Count;
            return CUresult.CUDA_SUCCESS;
        }

        var room = *count;
        for (nuint i = 0; i < room; i++)
            nodes[i] = new CUgraphNode(i < (nuint)known.Count ? known[(int)i].Handle : 0);
        *count = nuint.Min(room, (nuint)known.Count);
        return CUresult.CUDA_SUCCESS;
    }
}
