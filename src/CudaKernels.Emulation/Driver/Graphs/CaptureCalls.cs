using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that capture streams into graphs.</summary>
internal static unsafe class CaptureCalls
{
    public static CUresult cuStreamBeginCapture(CUstream hStream, CUstreamCaptureMode mode)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (!Enum.IsDefined(mode))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        lock (stream.Device.Executor.Gate)
        {
            if (stream.IsLegacy)
                return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
            if (stream.Capture is not null)
                return CUresult.CUDA_ERROR_ILLEGAL_STATE;
            var graph = new SoftwareGraph(stream.Device.Handles);
            stream.Device.Handles.Add(graph);
            var capture = new StreamCapture(stream, graph, mode);
            stream.Capture = capture;
            stream.CaptureTail.Clear();
            stream.Context.Captures.Add(capture);
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamEndCapture(CUstream hStream, CUgraph* phGraph)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (phGraph is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *phGraph = default;
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is not { } capture)
                return CUresult.CUDA_ERROR_ILLEGAL_STATE;
            if (capture.Origin != stream)
            {
                capture.Invalidate();
                return CUresult.CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
            }

            if (capture.Mode != CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED && capture.ThreadId != Environment.CurrentManagedThreadId)
            {
                capture.Invalidate();
                return CUresult.CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
            }

            var result = capture.End();
            if (result == CUresult.CUDA_SUCCESS)
                *phGraph = new CUgraph(capture.Graph.Handle);
            else
                capture.Graph.Destroy();
            return result;
        }
    }

    public static CUresult cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus* captureStatus)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (captureStatus is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *captureStatus = StatusOf(stream);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus* captureStatus_out, ulong* id_out, CUgraph* graph_out, CUgraphNode** dependencies_out, CUgraphEdgeData** edgeData_out, nuint* numDependencies_out)
    {
        if (edgeData_out is not null)
            *edgeData_out = null;
        return cuStreamGetCaptureInfo_v2(hStream, captureStatus_out, id_out, graph_out, dependencies_out, numDependencies_out);
    }

    public static CUresult cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus* captureStatus_out, ulong* id_out, CUgraph* graph_out, CUgraphNode** dependencies_out, nuint* numDependencies_out)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (captureStatus_out is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        lock (stream.Device.Executor.Gate)
        {
            *captureStatus_out = StatusOf(stream);
            if (stream.Capture is not { } capture)
                return CUresult.CUDA_SUCCESS;
            if (id_out is not null)
                *id_out = capture.Id;
            if (graph_out is not null)
                *graph_out = new CUgraph(capture.Graph.Handle);
            if (numDependencies_out is not null)
                *numDependencies_out = (nuint)stream.CaptureTail.Count;
            if (dependencies_out is not null)
                *dependencies_out = capture.Export(stream.CaptureTail);
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode* dependencies, CUgraphEdgeData* dependencyData, nuint numDependencies, uint flags)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (flags > 1 || (numDependencies > 0 && dependencies is null) || dependencyData is not null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        lock (stream.Device.Executor.Gate)
        {
            if (stream.Capture is not { } capture)
                return CUresult.CUDA_ERROR_ILLEGAL_STATE;
            var nodes = GraphCalls.Nodes(capture.Graph, dependencies, numDependencies);

            // 0 adds to what is there, 1 replaces it.
            if (flags == 1)
                stream.CaptureTail.Clear();
            stream.CaptureTail.AddRange(nodes.Where(node => !stream.CaptureTail.Contains(node)));
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode)
    {
        if (mode is null || !Enum.IsDefined(*mode))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *mode = CaptureThreadMode.Exchange(*mode);
        return CUresult.CUDA_SUCCESS;
    }

    private static CUstreamCaptureStatus StatusOf(SoftwareStream stream) => stream.Capture switch
    {
        null => CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_NONE,
        { IsInvalid: true } => CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_INVALIDATED,
        _ => CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_ACTIVE,
    };
}
