using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed unsafe class ConcurrencyTests
{
    [Fact]
    public void ManyThreadsUseOneDevice()
    {
        using var session = new DriverSession(new EmulationOptions { Seed = 5 });
        var results = new int[8];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = results.Length }, i => results[i] = Work(session, i + 1));
        Assert.Equal(Enumerable.Range(1, results.Length).Select(i => i * 200), results);
        Assert.Empty(session.Reports);
    }

    [Fact]
    public void ManyDevicesLiveSideBySide()
    {
        var results = new int[8];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = results.Length }, i =>
        {
            using var session = new DriverSession(new EmulationOptions { Seed = i });
            results[i] = Work(session, i + 1);
            Assert.Empty(session.Reports);
        });
        Assert.Equal(Enumerable.Range(1, results.Length).Select(i => i * 200), results);
    }

    private static int Work(DriverSession session, int addend)
    {
        session.MakeCurrent();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var (stream, other) = (session.CreateStream(), session.CreateStream());
        var mark = session.CreateEvent();
        CUdeviceptr memory;
        DriverSession.Check(session.Api.cuMemAllocAsync(&memory, 4, stream));
        DriverSession.Check(session.Api.cuMemsetD32Async(memory, 0, 1, stream));
        for (var i = 0; i < 100; i++)
        {
            StreamTests.Launch(session, kernel, stream, memory, 1, addend);
            DriverSession.Check(session.Api.cuEventRecord(mark, stream));
            DriverSession.Check(session.Api.cuStreamWaitEvent(other, mark, 0));
            StreamTests.Launch(session, kernel, other, memory, 1, addend);
            DriverSession.Check(session.Api.cuEventRecord(mark, other));
            DriverSession.Check(session.Api.cuStreamWaitEvent(stream, mark, 0));
        }

        int result;
        DriverSession.Check(session.Api.cuMemcpyDtoHAsync(&result, memory, 4, stream));
        DriverSession.Check(session.Api.cuMemFreeAsync(memory, stream));
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        return result;
    }
}
