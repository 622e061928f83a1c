using CudaKernels.Interop;

namespace CudaKernels;

// Recording work into a graph.
public sealed unsafe partial class CudaStream
{
    /// <summary>Records what <paramref name="work"/> gives to this stream into a graph. Nothing runs.</summary>
    /// <param name="work">Gives work to the stream it gets, which is this one. It must not allocate device memory, copy from ordinary host memory, compile or wait.</param>
    /// <returns>The graph. It keeps the memory and kernels that it uses alive.</returns>
    /// <exception cref="InvalidOperationException">The stream is being captured already, or the work did what a capture cannot hold.</exception>
    public CudaGraph Capture(Action<CudaStream> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        BeginCapture();
        try
        {
            work(this);
        }
        catch
        {
            AbortCapture();
            throw;
        }

        return EndCapture();
    }

    /// <summary>Begins to record instead of run. <see cref="EndCapture"/> must follow on the same thread.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured already, or this thread is capturing another.</exception>
    public void BeginCapture()
    {
        Enter();
        RefuseInCapture("beginning another one");
        CaptureSession.RefuseOnThisThread("beginning another capture");
        lock (_orderGate)
        {
            MarkBeforeCapture();
            Device.Check(Device.Driver.cuStreamBeginCapture(Handle, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), $"cuStreamBeginCapture({this}, THREAD_LOCAL)");
            CaptureSession.Begin(this);
        }
    }

    /// <summary>Ends the recording and gives the graph.</summary>
    /// <exception cref="InvalidOperationException">No capture began on this stream and this thread.</exception>
    /// <exception cref="CudaException">The driver refused the graph: an earlier call failed, or a stream that was forked was not joined back. The capture has ended all the same.</exception>
    public CudaGraph EndCapture()
    {
        try
        {
            Enter();
        }
        catch
        {
            AbortCapture();
            throw;
        }

        var session = RequireOwnSession();
        CUgraph graph;
        var result = Device.Driver.cuStreamEndCapture(Handle, &graph);
        var memory = session.End();
        if (result != CUresult.CUDA_SUCCESS || graph.Value == 0)
        {
            memory.Release();
            Device.Fail(result == CUresult.CUDA_SUCCESS ? CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : result, $"cuStreamEndCapture({this})");
        }

        return new CudaGraph(Device, graph, memory);
    }

    /// <summary>Gives up a capture that began on this stream, if there is one. Silent.</summary>
    private void AbortCapture()
    {
        if (Session is not { } session || !ReferenceEquals(session.Origin, this))
            return;
        if (Device.TryEnterForRelease())
        {
            CUgraph graph = default;
            Device.Observe(Device.Driver.cuStreamEndCapture(Handle, &graph), "cuStreamEndCapture()");
            if (graph.Value != 0)
                Device.Observe(Device.Driver.cuGraphDestroy(graph), "cuGraphDestroy()");
        }

        session.End().Release();
    }

    private CaptureSession RequireOwnSession()
    {
        if (Session is not { } session)
            throw new InvalidOperationException($"no capture has begun on {this}");
        if (!ReferenceEquals(session.Origin, this))
            throw new InvalidOperationException($"the capture began on {session.Origin}, and ends there");
        if (!session.IsOnThisThread)
            throw new InvalidOperationException($"the capture of {this} began on another thread, and ends there");
        return session;
    }
}
