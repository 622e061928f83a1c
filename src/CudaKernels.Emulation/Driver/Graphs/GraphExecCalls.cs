using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that instantiate, change and launch graphs.</summary>
internal static unsafe class GraphExecCalls
{
    public static CUresult cuGraphInstantiate(CUgraphExec* phGraphExec, CUgraph hGraph, ulong flags)
    {
        const ulong NeedsDeviceCode = (ulong)CUgraphInstantiate_flags.CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH;
        var graph = HandleTable.Find<SoftwareGraph>(hGraph.Value);
        if (phGraphExec is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if ((flags & NeedsDeviceCode) != 0)
            return CUresult.CUDA_ERROR_NOT_SUPPORTED;
        *phGraphExec = new CUgraphExec(SoftwareDriver.TableForNew.Add(new SoftwareGraphExec(new GraphPlan(graph), flags)));
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphInstantiateWithParams(CUgraphExec* phGraphExec, CUgraph hGraph, CUDA_GRAPH_INSTANTIATE_PARAMS* instantiateParams)
    {
        if (instantiateParams is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var result = cuGraphInstantiate(phGraphExec, hGraph, instantiateParams->flags);
        instantiateParams->hErrNode_out = default;
        instantiateParams->result_out = result == CUresult.CUDA_SUCCESS ? CUgraphInstantiateResult.CUDA_GRAPH_INSTANTIATE_SUCCESS : CUgraphInstantiateResult.CUDA_GRAPH_INSTANTIATE_ERROR;
        return result;
    }

    public static CUresult cuGraphInstantiate_v2(CUgraphExec* phGraphExec, CUgraph hGraph, CUgraphNode* phErrorNode, byte* logBuffer, nuint bufferSize)
    {
        if (phErrorNode is not null)
            *phErrorNode = default;
        if (logBuffer is not null && bufferSize > 0)
            *logBuffer = 0;
        return cuGraphInstantiate(phGraphExec, hGraph, 0);
    }

    public static CUresult cuGraphExecGetFlags(CUgraphExec hGraphExec, ulong* flags)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        if (flags is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *flags = exec.Flags;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphUpload(CUgraphExec hGraphExec, CUstream hStream)
    {
        HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        StreamSubmission.Resolve(hStream);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphLaunch(CUgraphExec hGraphExec, CUstream hStream)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        var stream = StreamSubmission.Resolve(hStream);
        if (stream.Capture is not null)
            return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        var operation = stream.Device.Operations.Graphs.Rent();
        lock (stream.Device.Executor.Gate)
        {
            operation.Begin(exec);
            stream.Give(operation);
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphExecDestroy(CUgraphExec hGraphExec)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        return SoftwareDriver.TableOf(HandleTable.OrdinalOf(exec.Handle)).Table?.Remove(exec) == true ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_INVALID_HANDLE;
    }

    public static CUresult cuGraphExecUpdate(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphExecUpdateResultInfo* resultInfo)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        var plan = new GraphPlan(HandleTable.Find<SoftwareGraph>(hGraph.Value));
        if (resultInfo is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var isSame = exec.Plan.HasSameShape(plan, out var difference);
        *resultInfo = new CUgraphExecUpdateResultInfo { result = difference };
        if (!isSame)
            return CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
        exec.Plan = exec.Plan.WithOperationsOf(plan);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphExecUpdate_v1(CUgraphExec hGraphExec, CUgraph hGraph, CUgraphNode* hErrorNode_out, CUgraphExecUpdateResult* updateResult_out)
    {
        if (hErrorNode_out is null || updateResult_out is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        CUgraphExecUpdateResultInfo info;
        var result = cuGraphExecUpdate(hGraphExec, hGraph, &info);
        *hErrorNode_out = default;
        *updateResult_out = info.result;
        return result;
    }

    public static CUresult cuGraphExecKernelNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_KERNEL_NODE_PARAMS* nodeParams) => Replace(hGraphExec, hNode, NodeOperations.Kernel(nodeParams));

    public static CUresult cuGraphExecMemcpyNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_MEMCPY3D* copyParams, CUcontext ctx) => Replace(hGraphExec, hNode, NodeOperations.Copy(copyParams));

    public static CUresult cuGraphExecMemsetNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_MEMSET_NODE_PARAMS* memsetParams, CUcontext ctx) => Replace(hGraphExec, hNode, NodeOperations.Fill(memsetParams));

    public static CUresult cuGraphExecHostNodeSetParams(CUgraphExec hGraphExec, CUgraphNode hNode, CUDA_HOST_NODE_PARAMS* nodeParams) => Replace(hGraphExec, hNode, NodeOperations.Host(nodeParams));

    public static CUresult cuGraphExecEventRecordNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent @event) => Replace(hGraphExec, hNode, NodeOperations.Record(@event));

    public static CUresult cuGraphExecEventWaitNodeSetEvent(CUgraphExec hGraphExec, CUgraphNode hNode, CUevent @event) => Replace(hGraphExec, hNode, NodeOperations.Wait(@event));

    public static CUresult cuGraphNodeSetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, uint isEnabled)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        exec.Plan = exec.Plan.WithEnabled(exec.Plan.IndexOf(HandleTable.Find<GraphNode>(hNode.Value)), isEnabled != 0);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuGraphNodeGetEnabled(CUgraphExec hGraphExec, CUgraphNode hNode, uint* isEnabled)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        if (isEnabled is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *isEnabled = exec.Plan.Disabled.Contains(exec.Plan.IndexOf(HandleTable.Find<GraphNode>(hNode.Value))) ? 0u : 1u;
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult Replace(CUgraphExec hGraphExec, CUgraphNode hNode, Operation operation)
    {
        var exec = HandleTable.Find<SoftwareGraphExec>(hGraphExec.Value);
        NodeOperations.KeepAttributes(HandleTable.Find<GraphNode>(hNode.Value).Operation, operation);
        exec.Plan = exec.Plan.With(exec.Plan.IndexOf(HandleTable.Find<GraphNode>(hNode.Value)), operation);
        return CUresult.CUDA_SUCCESS;
    }
}
