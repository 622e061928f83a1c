using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="GraphNodeCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class GraphNodeEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuGraphAddKernelNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUDA_KERNEL_NODE_PARAMS*, CUresult>)&cuGraphAddKernelNode;
        table["cuGraphAddMemcpyNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUDA_MEMCPY3D*, CUcontext, CUresult>)&cuGraphAddMemcpyNode;
        table["cuGraphAddMemsetNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUDA_MEMSET_NODE_PARAMS*, CUcontext, CUresult>)&cuGraphAddMemsetNode;
        table["cuGraphAddHostNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUDA_HOST_NODE_PARAMS*, CUresult>)&cuGraphAddHostNode;
        table["cuGraphAddEmptyNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUresult>)&cuGraphAddEmptyNode;
        table["cuGraphAddEventRecordNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUevent, CUresult>)&cuGraphAddEventRecordNode;
        table["cuGraphAddEventWaitNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUevent, CUresult>)&cuGraphAddEventWaitNode;
        table["cuGraphAddChildGraphNode"] = (nint)(delegate* unmanaged<CUgraphNode*, CUgraph, CUgraphNode*, nuint, CUgraph, CUresult>)&cuGraphAddChildGraphNode;
        table["cuGraphChildGraphNodeGetGraph"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraph*, CUresult>)&cuGraphChildGraphNodeGetGraph;
        table["cuGraphDestroyNode"] = (nint)(delegate* unmanaged<CUgraphNode, CUresult>)&cuGraphDestroyNode;
        table["cuGraphNodeGetType"] = (nint)(delegate* unmanaged<CUgraphNode, CUgraphNodeType*, CUresult>)&cuGraphNodeGetType;
        table["cuGraphKernelNodeGetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_KERNEL_NODE_PARAMS*, CUresult>)&cuGraphKernelNodeGetParams;
        table["cuGraphKernelNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_KERNEL_NODE_PARAMS*, CUresult>)&cuGraphKernelNodeSetParams;
        table["cuGraphMemcpyNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_MEMCPY3D*, CUresult>)&cuGraphMemcpyNodeSetParams;
        table["cuGraphMemsetNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_MEMSET_NODE_PARAMS*, CUresult>)&cuGraphMemsetNodeSetParams;
        table["cuGraphMemsetNodeGetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_MEMSET_NODE_PARAMS*, CUresult>)&cuGraphMemsetNodeGetParams;
        table["cuGraphHostNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_HOST_NODE_PARAMS*, CUresult>)&cuGraphHostNodeSetParams;
        table["cuGraphHostNodeGetParams"] = (nint)(delegate* unmanaged<CUgraphNode, CUDA_HOST_NODE_PARAMS*, CUresult>)&cuGraphHostNodeGetParams;
        table["cuGraphEventRecordNodeGetEvent"] = (nint)(delegate* unmanaged<CUgraphNode, CUevent*, CUresult>)&cuGraphEventRecordNodeGetEvent;
        table["cuGraphEventWaitNodeGetEvent"] = (nint)(delegate* unmanaged<CUgraphNode, CUevent*, CUresult>)&cuGraphEventWaitNodeGetEvent;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddKernelNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_KERNEL_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddKernelNode");
            return GraphNodeCalls.cuGraphAddKernelNode(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddMemcpyNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_MEMCPY3D* copyParams, CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddMemcpyNode");
            return GraphNodeCalls.cuGraphAddMemcpyNode(phGraphNode, hGraph, dependencies, numDependencies, copyParams, ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddMemsetNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_MEMSET_NODE_PARAMS* memsetParams, CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddMemsetNode");
            return GraphNodeCalls.cuGraphAddMemsetNode(phGraphNode, hGraph, dependencies, numDependencies, memsetParams, ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddHostNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUDA_HOST_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddHostNode");
            return GraphNodeCalls.cuGraphAddHostNode(phGraphNode, hGraph, dependencies, numDependencies, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddEmptyNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddEmptyNode");
            return GraphNodeCalls.cuGraphAddEmptyNode(phGraphNode, hGraph, dependencies, numDependencies);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddEventRecordNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUevent @event)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddEventRecordNode");
            return GraphNodeCalls.cuGraphAddEventRecordNode(phGraphNode, hGraph, dependencies, numDependencies, @event);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddEventWaitNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUevent @event)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddEventWaitNode");
            return GraphNodeCalls.cuGraphAddEventWaitNode(phGraphNode, hGraph, dependencies, numDependencies, @event);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphAddChildGraphNode(CUgraphNode* phGraphNode, CUgraph hGraph, CUgraphNode* dependencies, nuint numDependencies, CUgraph childGraph)
    {
        try
        {
            SoftwareCall.Begin("cuGraphAddChildGraphNode");
            return GraphNodeCalls.cuGraphAddChildGraphNode(phGraphNode, hGraph, dependencies, numDependencies, childGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphChildGraphNodeGetGraph(CUgraphNode hNode, CUgraph* phGraph)
    {
        try
        {
            SoftwareCall.Begin("cuGraphChildGraphNodeGetGraph");
            return GraphNodeCalls.cuGraphChildGraphNodeGetGraph(hNode, phGraph);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphDestroyNode(CUgraphNode hNode)
    {
        try
        {
            SoftwareCall.Begin("cuGraphDestroyNode");
            return GraphNodeCalls.cuGraphDestroyNode(hNode);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetType(CUgraphNode hNode, CUgraphNodeType* type)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetType");
            return GraphNodeCalls.cuGraphNodeGetType(hNode, type);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphKernelNodeGetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphKernelNodeGetParams");
            return GraphNodeCalls.cuGraphKernelNodeGetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphKernelNodeSetParams(CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphKernelNodeSetParams");
            return GraphNodeCalls.cuGraphKernelNodeSetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphMemcpyNodeSetParams(CUgraphNode hNode, CUDA_MEMCPY3D* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphMemcpyNodeSetParams");
            return GraphNodeCalls.cuGraphMemcpyNodeSetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphMemsetNodeSetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphMemsetNodeSetParams");
            return GraphNodeCalls.cuGraphMemsetNodeSetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphMemsetNodeGetParams(CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphMemsetNodeGetParams");
            return GraphNodeCalls.cuGraphMemsetNodeGetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphHostNodeSetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphHostNodeSetParams");
            return GraphNodeCalls.cuGraphHostNodeSetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphHostNodeGetParams(CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphHostNodeGetParams");
            return GraphNodeCalls.cuGraphHostNodeGetParams(hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphEventRecordNodeGetEvent(CUgraphNode hNode, CUevent* event_out)
    {
        try
        {
            SoftwareCall.Begin("cuGraphEventRecordNodeGetEvent");
            return GraphNodeCalls.cuGraphEventRecordNodeGetEvent(hNode, event_out);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphEventWaitNodeGetEvent(CUgraphNode hNode, CUevent* event_out)
    {
        try
        {
            SoftwareCall.Begin("cuGraphEventWaitNodeGetEvent");
            return GraphNodeCalls.cuGraphEventWaitNodeGetEvent(hNode, event_out);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
