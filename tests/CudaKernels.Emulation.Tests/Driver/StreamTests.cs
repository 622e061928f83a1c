using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class StreamTests
{
    [Fact]
    public void WorkOfAStreamIsInOrder()
    {
        using var session = new DriverSession();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var memory = session.Allocate(4);
        var stream = session.CreateStream();
        DriverSession.Check(session.Api.cuMemsetD32Async(memory, 1, 1, stream));
        for (var i = 1; i <= 5; i++)
            Launch(session, kernel, stream, memory, 10, i);
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal([112345], session.ReadInts(memory, 1));
    }

    [Fact]
    public void AStreamRunsBehindTheHost()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var stream = session.CreateStream();
        var reached = session.CreateEvent();
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuEventRecord(reached, stream));
        Assert.Equal(CUDA_ERROR_NOT_READY, session.Api.cuStreamQuery(stream));
        Assert.Equal(CUDA_ERROR_NOT_READY, session.Api.cuEventQuery(reached));
        gate.Open();
        DriverSession.Check(session.Api.cuEventSynchronize(reached));
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        DriverSession.Check(session.Api.cuStreamQuery(stream));
    }

    [Fact]
    public void AnEventOrdersTwoStreamsUnderEverySeed()
    {
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(12, RunTwoStreams(seed, waits: true));
    }

    [Fact]
    public void AMissingWaitShowsUnderSomeSeed()
    {
        var results = Enumerable.Range(0, 20).Select(seed => RunTwoStreams(seed, waits: false)).Distinct().Order();
        Assert.Equal([12, 21], results);
    }

    [Fact]
    public void TheNullStreamAndBlockingStreamsWaitForEachOther()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var session = new DriverSession(new EmulationOptions { Seed = seed });
            var kernel = session.Load(FakeKernel.MultiplyAdd);
            var memory = session.Allocate(4);
            var (first, second) = (session.CreateStream(isBlocking: true), session.CreateStream(isBlocking: true));
            DriverSession.Check(session.Api.cuMemsetD32Async(memory, 0, 1, first));
            Launch(session, kernel, first, memory, 10, 1);
            Launch(session, kernel, default, memory, 10, 2);
            Launch(session, kernel, second, memory, 10, 3);
            DriverSession.Check(session.Api.cuStreamSynchronize(default));
            DriverSession.Check(session.Api.cuCtxSynchronize());
            Assert.Equal([123], session.ReadInts(memory, 1));
        }
    }

    [Fact]
    public void SynchronizingTheNullStreamWaitsForBlockingStreamsOnly()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var free = session.CreateStream();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var memory = session.Allocate(4);
        var blocking = session.CreateStream(isBlocking: true);
        DriverSession.Check(session.Api.cuMemsetD32Async(memory, 0, 1, blocking));
        Launch(session, kernel, blocking, memory, 1, 8);
        DriverSession.Check(session.Api.cuStreamSynchronize(default));
        DriverSession.Check(session.Api.cuStreamQuery(blocking));
        DriverSession.Check(session.Api.cuLaunchHostFunc(free, HostGate.Function, gate.UserData));
        Assert.Equal(CUDA_ERROR_NOT_READY, session.Api.cuStreamQuery(free));
        DriverSession.Check(session.Api.cuStreamQuery(blocking));
        gate.Open();
    }

    [Fact]
    public void ACopyFromPageableMemoryIsTakenAtTheCall()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var stream = session.CreateStream();
        var memory = session.Allocate(8);
        var pinned = (int*)session.AllocatePinned(4);
        var pageable = 5;
        *pinned = 5;
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuMemcpyHtoDAsync(memory, &pageable, 4, stream));
        DriverSession.Check(session.Api.cuMemcpyHtoDAsync(new CUdeviceptr(memory.Value + 4), pinned, 4, stream));
        pageable = 6;
        *pinned = 6;
        gate.Open();
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal([5, 6], session.ReadInts(memory, 2));
    }

    [Fact]
    public void ElapsedTimeIsThatBetweenTheRecords()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var stream = session.CreateStream();
        var (start, end, untimed) = (session.CreateEvent(), session.CreateEvent(), session.CreateEvent((uint)CUevent_flags.CU_EVENT_DISABLE_TIMING));
        float milliseconds;
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, session.Api.cuEventElapsedTime(&milliseconds, start, end));
        DriverSession.Check(session.Api.cuEventRecord(start, stream));
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuEventRecord(end, stream));
        DriverSession.Check(session.Api.cuEventRecord(untimed, stream));
        Assert.Equal(CUDA_ERROR_NOT_READY, session.Api.cuEventElapsedTime(&milliseconds, start, end));
        Thread.Sleep(20);
        gate.Open();
        DriverSession.Check(session.Api.cuEventSynchronize(untimed));
        DriverSession.Check(session.Api.cuEventElapsedTime(&milliseconds, start, end));
        Assert.InRange(milliseconds, 10, 10_000);
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, session.Api.cuEventElapsedTime(&milliseconds, start, untimed));
    }

    [Fact]
    public void AStreamOfAnotherDeviceIsRefused()
    {
        using var first = new DriverSession();
        var stream = first.CreateStream();
        using var second = new DriverSession();
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, second.Api.cuStreamSynchronize(stream));
        Assert.Contains("while emulated:", Assert.Single(second.Reports).Message);
    }

    [Fact]
    public void ADestroyedStreamIsReported()
    {
        using var session = new DriverSession();
        var stream = session.CreateStream();
        DriverSession.Check(session.Api.cuStreamDestroy(stream));
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, session.Api.cuStreamQuery(stream));
        Assert.Equal("cuStreamQuery was given a stream that had been destroyed", Assert.Single(session.Reports).Message);
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, session.Api.cuStreamQuery(new CUstream(0x7777)));
    }

    [Fact]
    public void PrioritiesAreClamped()
    {
        using var session = new DriverSession();
        int least, greatest, priority;
        CUstream stream;
        DriverSession.Check(session.Api.cuCtxGetStreamPriorityRange(&least, &greatest));
        DriverSession.Check(session.Api.cuStreamCreateWithPriority(&stream, 1, -100));
        DriverSession.Check(session.Api.cuStreamGetPriority(stream, &priority));
        Assert.Equal((0, greatest), (least, priority));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuStreamCreate(&stream, 2));
    }

    internal static void Launch(DriverSession session, CUfunction kernel, CUstream stream, CUdeviceptr target, int factor, int addend)
    {
        void** arguments = stackalloc void*[] { &target, &factor, &addend };
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, arguments, null));
    }

    private static int RunTwoStreams(int seed, bool waits)
    {
        using var session = new DriverSession(new EmulationOptions { Seed = seed });
        using var gate = new HostGate();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var memory = session.Allocate(4);
        session.WriteInts(memory, 0);
        var (holder, first, second) = (session.CreateStream(), session.CreateStream(), session.CreateStream());
        var (open, done) = (session.CreateEvent(), session.CreateEvent());

        // Nothing runs before all of it is given, so that only the seed decides.
        DriverSession.Check(session.Api.cuLaunchHostFunc(holder, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuEventRecord(open, holder));
        DriverSession.Check(session.Api.cuStreamWaitEvent(first, open, 0));
        DriverSession.Check(session.Api.cuStreamWaitEvent(second, open, 0));
        Launch(session, kernel, first, memory, 10, 1);
        DriverSession.Check(session.Api.cuEventRecord(done, first));
        if (waits)
            DriverSession.Check(session.Api.cuStreamWaitEvent(second, done, 0));
        Launch(session, kernel, second, memory, 10, 2);
        gate.Open();
        DriverSession.Check(session.Api.cuCtxSynchronize());
        return session.ReadInts(memory, 1)[0];
    }
}
