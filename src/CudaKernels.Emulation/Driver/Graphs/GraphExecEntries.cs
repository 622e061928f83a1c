using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="GraphExecCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class GraphExecEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuGraphInstantiate"] = (nint)(delegate* unmanaged<CUgraphExec*, CUgraph, ulong, CUresult>)&cuGraphInstantiate;
        table["cuGraphInstantiateWithParams"] = (nint)(delegate* unmanaged<CUgraphExec*, CUgraph, CUDA_GRAPH_INSTANTIATE_PARAMS*, CUresult>)&cuGraphInstantiateWithParams;
        table["cuGraphInstantiate_v2"] = (nint)(delegate* unmanaged<CUgraphExec*, CUgraph, CUgraphNode*, byte*, nuint, CUresult>)&cuGraphInstantiate_v2;
        table["cuGraphExecGetFlags"] = (nint)(delegate* unmanaged<CUgraphExec, ulong*, CUresult>)&cuGraphExecGetFlags;
        table["cuGraphUpload"] = (nint)(delegate* unmanaged<CUgraphExec, CUstream, CUresult>)&cuGraphUpload;
        table["cuGraphLaunch"] = (nint)(delegate* unmanaged<CUgraphExec, CUstream, CUresult>)&cuGraphLaunch;
        table["cuGraphExecDestroy"] = (nint)(delegate* unmanaged<CUgraphExec, CUresult>)&cuGraphExecDestroy;
        table["cuGraphExecUpdate"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraph, CUgraphExecUpdateResultInfo*, CUresult>)&cuGraphExecUpdate;
        table["cuGraphExecUpdate_v1"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraph, CUgraphNode*, CUgraphExecUpdateResult*, CUresult>)&cuGraphExecUpdate_v1;
        table["cuGraphExecKernelNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUDA_KERNEL_NODE_PARAMS*, CUresult>)&cuGraphExecKernelNodeSetParams;
        table["cuGraphExecMemcpyNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUDA_MEMCPY3D*, CUcontext, CUresult>)&cuGraphExecMemcpyNodeSetParams;
        table["cuGraphExecMemsetNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUDA_MEMSET_NODE_PARAMS*, CUcontext, CUresult>)&cuGraphExecMemsetNodeSetParams;
        table["cuGraphExecHostNodeSetParams"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUDA_HOST_NODE_PARAMS*, CUresult>)&cuGraphExecHostNodeSetParams;
        table["cuGraphExecEventRecordNodeSetEvent"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUevent, CUresult>)&cuGraphExecEventRecordNodeSetEvent;
        table["cuGraphExecEventWaitNodeSetEvent"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, CUevent, CUresult>)&cuGraphExecEventWaitNodeSetEvent;
        table["cuGraphNodeSetEnabled"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, uint, CUresult>)&cuGraphNodeSetEnabled;
        table["cuGraphNodeGetEnabled"] = (nint)(delegate* unmanaged<CUgraphExec, CUgraphNode, uint*, CUresult>)&cuGraphNodeGetEnabled;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphInstantiate(CUgraphExec* phGraphExec, CUgraph hGraph, ulong flags)
    {
        try
        {
            SoftwareCall.Begin("cuGraphInstantiate");
            return GraphExecCalls.cuGraphInstantiate(phGraphExec, hGraph, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphInstantiateWithParams(CUgraphExec* phGraphExec, CUgraph hGraph, CUDA_GRAPH_INSTANTIATE_PARAMS* instantiateParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphInstantiateWithParams");
            return GraphExecCalls.cuGraphInstantiateWithParams(phGraphExec, hGraph, instantiateParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphInstantiate_v2(CUgraphExec* phGraphExec, CUgraph hGraph, CUgraphNode* phErrorNode, byte* logBuffer, nuint bufferSize)
    {
        try
        {
            SoftwareCall.Begin("cuGraphInstantiate_v2");
            return GraphExecCalls.cuGraphInstantiate_v2(phGraphExec, hGraph, phErrorNode, logBuffer, bufferSize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, ulong* flags)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecGetFlags");
            return GraphExecCalls.cuGraphExecGetFlags(hGraphExec, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphUpload(CUgraphExec hGraphExec, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuGraphUpload");
            return GraphExecCalls.cuGraphUpload(hGraphExec, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)
    {
        try
        {
            SoftwareCall.Begin("cuGraphLaunch");
            return GraphExecCalls.cuGraphLaunch(hGraphExec, hStream);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecDestroy");
            return GraphExecCalls.cuGraphExecDestroy(hGraphExec);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo* resultInfo)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecUpdate");
            return GraphExecCalls.cuGraphExecUpdate(hGraphExec, hGraph, resultInfo);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecUpdate_v1(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode* hErrorNode_out, CUgraphExecUpdateResult* updateResult_out)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecUpdate_v1");
            return GraphExecCalls.cuGraphExecUpdate_v1(hGraphExec, hGraph, hErrorNode_out, updateResult_out);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecKernelNodeSetParams");
            return GraphExecCalls.cuGraphExecKernelNodeSetParams(hGraphExec, hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_MEMCPY3D* copyParams, CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecMemcpyNodeSetParams");
            return GraphExecCalls.cuGraphExecMemcpyNodeSetParams(hGraphExec, hNode, copyParams, ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* memsetParams, CUcontext ctx)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecMemsetNodeSetParams");
            return GraphExecCalls.cuGraphExecMemsetNodeSetParams(hGraphExec, hNode, memsetParams, ctx);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecHostNodeSetParams");
            return GraphExecCalls.cuGraphExecHostNodeSetParams(hGraphExec, hNode, nodeParams);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent @event)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecEventRecordNodeSetEvent");
            return GraphExecCalls.cuGraphExecEventRecordNodeSetEvent(hGraphExec, hNode, @event);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent @event)
    {
        try
        {
            SoftwareCall.Begin("cuGraphExecEventWaitNodeSetEvent");
            return GraphExecCalls.cuGraphExecEventWaitNodeSetEvent(hGraphExec, hNode, @event);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, uint isEnabled)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeSetEnabled");
            return GraphExecCalls.cuGraphNodeSetEnabled(hGraphExec, hNode, isEnabled);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, uint* isEnabled)
    {
        try
        {
            SoftwareCall.Begin("cuGraphNodeGetEnabled");
            return GraphExecCalls.cuGraphNodeGetEnabled(hGraphExec, hNode, isEnabled);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
