using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that add nodes and change them.</summary>
internal static unsafe class GraphNodeCalls
{
    public static CUresult cuGraphAddKernelNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_KERNEL_NODE_PARAMS* nodeParams) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Kernel(nodeParams));

    public static CUresult cuGraphAddMemcpyNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_MEMCPY3D* copyParams, CUcontext ctx) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Copy(copyParams));

    public static CUresult cuGraphAddMemsetNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_MEMSET_NODE_PARAMS* memsetParams, CUcontext ctx) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Fill(memsetParams));

    public static CUresult cuGraphAddHostNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_HOST_NODE_PARAMS* nodeParams) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Host(nodeParams));

    public static CUresult cuGraphAddEmptyNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, new MarkerOperation());

    public static CUresult cuGraphAddEventRecordNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUevent @event) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Record(@event));

    public static CUresult cuGraphAddEventWaitNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUevent @event) =>
        Add(phGraphNode, hGraph, dependencies, numDependencies, NodeOperations.Wait(@event));

    public static CUresult cuGraphAddChildGraphNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUgraph childGraph)
    {
        var child = HandleTable.Find<SoftwareGraph>(childGraph.Value).Clone();
        child.IsChild = true;
        return Add(phGraphNode, hGraph, dependencies, numDependencies, new MarkerOperation(), child);
    }

    public static CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph* phGraph)
    {
        if (phGraph is null || HandleTable.Find<GraphNode>(hNode.Value).Child is not { } child)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *phGraph = new CUgraph(child.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphDestroyNode(CUgraphNode hNode)
    {
        var node = HandleTable.Find<GraphNode>(hNode.Value);
        node.Graph.Remove(node);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType* type)
    {
        var node = HandleTable.Find<GraphNode>(hNode.Value);
        if (type is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *type = node.Child is null ? node.Operation.NodeType : CUgraphNodeType.CU_GRAPH_NODE_TYPE_GRAPH;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphKernelNodeGetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams)
    {
        var operation = Find<KernelOperation>(hNode);
        if (nodeParams is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var shape = operation.Shape;
        *nodeParams = new CUDA_KERNEL_NODE_PARAMS
        {
            func = new CUfunction(operation.Kernel.Handle),
            gridDimX = shape.GridX,
            gridDimY = shape.GridY,
            gridDimZ = shape.GridZ,
            blockDimX = shape.BlockX,
            blockDimY = shape.BlockY,
            blockDimZ = shape.BlockZ,
            sharedMemBytes = shape.SharedBytes,
            kernelParams = operation.ExportArguments(),
        };
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphKernelNodeSetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams) => Replace<KernelOperation>(hNode, NodeOperations.Kernel(nodeParams));

    public static CUresult cuGraphMemcpyNodeSetParams(CUgraphNode hNode, CUDA_MEMCPY3D* nodeParams) => Replace<CopyOperation>(hNode, NodeOperations.Copy(nodeParams));

    public static CUresult cuGraphMemsetNodeSetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* nodeParams) => Replace<FillOperation>(hNode, NodeOperations.Fill(nodeParams));

    public static CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* nodeParams)
    {
        var operation = Find<FillOperation>(hNode);
        if (nodeParams is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *nodeParams = new CUDA_MEMSET_NODE_PARAMS
        {
            dst = new CUdeviceptr(operation.Destination),
            pitch = operation.Pitch,
            value = operation.Value,
            elementSize = operation.ElementSize,
            width = operation.Width,
            height = operation.Height,
        };
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphHostNodeSetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams) => Replace<HostOperation>(hNode, NodeOperations.Host(nodeParams));

    public static CUresult cuGraphHostNodeGetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams)
    {
        var operation = Find<HostOperation>(hNode);
        if (nodeParams is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *nodeParams = new CUDA_HOST_NODE_PARAMS { fn = operation.Function, userData = operation.UserData };
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent* event_out)
    {
        var operation = Find<EventRecordOperation>(hNode);
        if (event_out is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *event_out = new CUevent(operation.Event.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent* event_out)
    {
        var operation = Find<EventWaitOperation>(hNode);
        if (event_out is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *event_out = new CUevent(operation.Event.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult Add(CUgraphNode* result, CUgraph hGraph, CUgraphNode* dependencies, nuint count, Operation operation, SoftwareGraph? child = null)
    {
        var graph = HandleTable.Find<SoftwareGraph>(hGraph.Value);
        if (result is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *result = new CUgraphNode(graph.Add(operation, GraphCalls.Nodes(graph, dependencies, count), child).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    private static T Find<T>(CUgraphNode node) where T : Operation =>
        HandleTable.Find<GraphNode>(node.Value).Operation as T ?? throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);

    private static CUresult Replace<T>(CUgraphNode node, T operation) where T : Operation
    {
        NodeOperations.KeepAttributes(Find<T>(node), operation);
        HandleTable.Find<GraphNode>(node.Value).Operation = operation;
        return CUresult.CUDA_SUCCESS;
    }
}
