using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class CaptureTests
{
    private const CUstreamCaptureMode Global = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL;

    [Fact]
    public void AForkAndJoinBecomesADiamond()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var session = new DriverSession(new EmulationOptions { Seed = seed });
            var kernel = session.Load(FakeKernel.MultiplyAdd);
            var (left, right) = (session.Allocate(4), session.Allocate(4));
            var (main, side) = (session.CreateStream(), session.CreateStream());
            var (fork, join) = (session.CreateEvent(), session.CreateEvent());
            DriverSession.Check(session.Api.cuStreamBeginCapture(main, Global));
            DriverSession.Check(session.Api.cuMemsetD32Async(left, 1, 1, main));
            DriverSession.Check(session.Api.cuEventRecord(fork, main));
            DriverSession.Check(session.Api.cuStreamWaitEvent(side, fork, 0));
            StreamTests.Launch(session, kernel, main, left, 10, 2);
            DriverSession.Check(session.Api.cuMemsetD32Async(right, 5, 1, side));
            DriverSession.Check(session.Api.cuEventRecord(join, side));
            DriverSession.Check(session.Api.cuStreamWaitEvent(main, join, 0));
            DriverSession.Check(session.Api.cuMemcpyDtoDAsync(right, left, 4, main));
            CUgraph graph;
            DriverSession.Check(session.Api.cuStreamEndCapture(main, &graph));

            nuint nodes = 0, edges = 0;
            DriverSession.Check(session.Api.cuGraphGetNodes(graph, null, &nodes));
            DriverSession.Check(session.Api.cuGraphGetEdges(graph, null, null, null, &edges));
            Assert.Equal(((nuint)4, (nuint)4), (nodes, edges));

            // Nothing has run yet; each launch runs it all.
            Assert.Equal([-1], session.ReadInts(left, 1));
            CUgraphExec exec;
            DriverSession.Check(session.Api.cuGraphInstantiate(&exec, graph, 0));
            DriverSession.Check(session.Api.cuGraphLaunch(exec, main));
            DriverSession.Check(session.Api.cuGraphLaunch(exec, side));
            DriverSession.Check(session.Api.cuCtxSynchronize());
            Assert.Equal((12, 12), (session.ReadInts(left, 1)[0], session.ReadInts(right, 1)[0]));
            DriverSession.Check(session.Api.cuGraphExecDestroy(exec));
            DriverSession.Check(session.Api.cuGraphDestroy(graph));
            Assert.Empty(session.Reports);
        }
    }

    [Fact]
    public void AForkThatIsNotJoinedIsAnError()
    {
        using var session = new DriverSession();
        var (main, side) = (session.CreateStream(), session.CreateStream());
        var fork = session.CreateEvent();
        var memory = session.Allocate(4);
        DriverSession.Check(session.Api.cuStreamBeginCapture(main, Global));
        DriverSession.Check(session.Api.cuEventRecord(fork, main));
        DriverSession.Check(session.Api.cuStreamWaitEvent(side, fork, 0));
        DriverSession.Check(session.Api.cuMemsetD32Async(memory, 5, 1, side));
        CUgraph graph;
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, EndOn(session, side));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, session.Api.cuStreamEndCapture(main, &graph));

        DriverSession.Check(session.Api.cuStreamBeginCapture(main, Global));
        DriverSession.Check(session.Api.cuEventRecord(fork, main));
        DriverSession.Check(session.Api.cuStreamWaitEvent(side, fork, 0));
        DriverSession.Check(session.Api.cuMemsetD32Async(memory, 5, 1, side));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, session.Api.cuStreamEndCapture(main, &graph));
        Assert.Equal(default, graph);
    }

    [Fact]
    public void CallsThatDisturbACaptureInvalidateIt()
    {
        using var session = new DriverSession();
        var stream = session.CreateStream();
        CUdeviceptr pointer;
        CUgraph graph;
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, Global));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, session.Api.cuMemAlloc(&pointer, 16));
        CUstreamCaptureStatus status;
        DriverSession.Check(session.Api.cuStreamIsCapturing(stream, &status));
        Assert.Equal(CUstreamCaptureStatus.CU_STREAM_CAPTURE_STATUS_INVALIDATED, status);
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, session.Api.cuStreamEndCapture(stream, &graph));
        Assert.Contains("invalidates the capture", Assert.Single(session.Reports).Message);

        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, Global));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, session.Api.cuStreamSynchronize(stream));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, session.Api.cuStreamEndCapture(stream, &graph));

        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        DriverSession.Check(session.Api.cuMemAlloc(&pointer, 16));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, session.Api.cuMemFreeAsync(pointer, stream));
    }

    [Fact]
    public void AnotherThreadIsRestrictedByAGlobalCaptureOnly()
    {
        using var session = new DriverSession();
        var stream = session.CreateStream();
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, AllocateElsewhere(session, stream, Global));
        Assert.Equal(CUDA_SUCCESS, AllocateElsewhere(session, stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    }

    [Fact]
    public void ACaptureWaitsForNothingOutside()
    {
        using var session = new DriverSession();
        var (stream, other) = (session.CreateStream(), session.CreateStream());
        var mark = session.CreateEvent();
        DriverSession.Check(session.Api.cuEventRecord(mark, other));
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, Global));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, session.Api.cuStreamWaitEvent(stream, mark, 0));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, EndOn(session, stream));
    }

    [Fact]
    public void TheNullStreamMayNotMeetACapturedBlockingStream()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(4);
        var stream = session.CreateStream(isBlocking: true);
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, session.Api.cuStreamBeginCapture(default, Global));
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, session.Api.cuMemsetD32Async(memory, 0, 1, default));
    }

    [Fact]
    public void ACapturedEventCannotBeQueried()
    {
        using var session = new DriverSession();
        var stream = session.CreateStream();
        var mark = session.CreateEvent();
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, Global));
        DriverSession.Check(session.Api.cuEventRecord(mark, stream));
        Assert.Equal(CUDA_ERROR_CAPTURED_EVENT, session.Api.cuEventQuery(mark));
        Assert.Equal(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, EndOn(session, stream));
        DriverSession.Check(session.Api.cuEventRecord(mark, stream));
        DriverSession.Check(session.Api.cuEventSynchronize(mark));
    }

    private static CUresult EndOn(DriverSession session, CUstream stream)
    {
        CUgraph graph;
        return session.Api.cuStreamEndCapture(stream, &graph);
    }

    private static CUresult AllocateElsewhere(DriverSession session, CUstream stream, CUstreamCaptureMode mode)
    {
        DriverSession.Check(session.Api.cuStreamBeginCapture(stream, mode));
        var result = CUDA_SUCCESS;
        var thread = new Thread(() =>
        {
            session.MakeCurrent();
            result = Allocate(session);
        });
        thread.Start();
        thread.Join();
        EndOn(session, stream);
        return result;
    }

    private static CUresult Allocate(DriverSession session)
    {
        CUdeviceptr pointer;
        return session.Api.cuMemAlloc(&pointer, 16);
    }
}
