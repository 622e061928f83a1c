using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>Reads that are awaited: on the managed device at once, on the software device when the stream gets there, with no thread waiting.</summary>
public sealed class CopyToAsyncTests
{
    private static float[] Iota(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public async Task ElementsArriveInRowMajorOrder(string name)
    {
        using var session = new Session(name);
        using var x = session.Device.CreateTensor<float>(Iota(12), [3, 4]);
        using var turned = x.TransposeView();
        using var slice = x.Slice(1.., ..2);
        using var scalar = session.Device.CreateScalar(5f);
        using var none = session.Device.CreateZeros<float>([0, 4]);
        foreach (var tensor in new[] { x, turned, slice, scalar, none })
        {
            // Room for more than there is: what lies behind is not touched.
            var host = Enumerable.Repeat(-1f, (int)tensor.FlattenedLength + 2).ToArray();
            await tensor.CopyToAsync(host.AsMemory());
            Assert.Equal([.. tensor.ToArray(), -1f, -1f], host);
            await tensor.CopyToAsync(host.AsMemory(2));
            Assert.Equal(tensor.ToArray(), host[2..]);
        }
    }

    [Fact]
    public void TheManagedDeviceIsDoneAtOnce()
    {
        using var device = new CpuDevice();
        using var x = device.CreateTensor<float>(Iota(6), [2, 3]);
        var host = new float[6];
        Assert.True(x.CopyToAsync(host.AsMemory()).IsCompletedSuccessfully);
        Assert.Equal(Iota(6), host);
    }

    [Fact]
    public async Task PinnedMemoryTakesTensorsOfBothDevices()
    {
        using var session = new Session("emulated");
        using var cpu = new CpuDevice();
        using var pinned = session.Cuda.CreatePinnedBuffer<float>(8);
        foreach (var device in new ComputeDevice[] { session.Device, cpu })
        {
            pinned.Span.Fill(-1);
            using var x = device.CreateTensor<float>(Iota(6), [2, 3]);
            using var turned = x.TransposeView();
            await turned.CopyToAsync(pinned);
            Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f, -1f, -1f], pinned.Span.ToArray());
        }
    }

    [Fact]
    public async Task BuffersAreReadFromAnOffset()
    {
        using var session = new Session("emulated");
        using var stream = session.Cuda.CreateStream();
        using var buffer = session.Cuda.CreateBuffer<float>(Iota(10));
        using var pinned = session.Cuda.CreatePinnedBuffer<float>(4);
        var host = new float[3];
        await buffer.CopyToAsync(host.AsMemory(), stream, offset: 7);
        Assert.Equal([7f, 8f, 9f], host);
        await buffer.CopyToAsync(pinned, offset: 2);
        Assert.Equal([2f, 3f, 4f, 5f], pinned.Span.ToArray());
        await buffer.CopyToAsync(Memory<float>.Empty, offset: 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = buffer.CopyToAsync(host.AsMemory(), offset: 8); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = buffer.CopyToAsync(pinned, offset: -1); });
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = buffer.CopyToAsync(host.AsMemory()); });
    }

    [Fact]
    public async Task TheCallReturnsWhileTheStreamIsHeldAndKeepsItsPlaceInIt()
    {
        using var session = new Session("emulated");
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var turned = x.TransposeView();
        using var pinned = session.Cuda.CreatePinnedBuffer<float>(6);
        var (host, strided) = (new float[6], new float[6]);
        session.Device.Synchronize();
        using var gate = new HostGate();
        Assert.Equal(CUresult.CUDA_SUCCESS, Hold(session, gate));
        var watch = Stopwatch.StartNew();
        var first = x.CopyToAsync(host.AsMemory());
        var second = turned.CopyToAsync(strided.AsMemory());
        var third = x.CopyToAsync(pinned);

        // The gate opens by itself after 30 seconds; a call that waited for the stream would have taken as long.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted);
        x.Fill(-1);
        turned.Dispose();
        x.Dispose();
        gate.Open();
        await first;
        await second;
        await third;
        Assert.Equal(Iota(6), host);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], strided);
        Assert.Equal(Iota(6), pinned.Span.ToArray());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public async Task MistakesAreRefusedByTheCallItself(string name)
    {
        using var session = new Session(name);
        var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        var host = new float[6];
        var failure = Assert.Throws<ArgumentException>(() => { _ = x.CopyToAsync(host.AsMemory(1)); });
        Assert.Contains("6 elements do not fit into 5", failure.Message);
        Assert.Throws<ArgumentNullException>(() => { _ = x.CopyToAsync((PinnedBuffer<float>)null!); });
        using (var other = new Session("emulated"))
        {
            using var small = other.Cuda.CreatePinnedBuffer<float>(5);
            Assert.Contains("5", Assert.Throws<ArgumentException>(() => { _ = x.CopyToAsync(small); }).Message);
            var foreign = other.Cuda.CreatePinnedBuffer<float>(6);
            if (name == "emulated")
            {
                Assert.Contains(other.Device.Id, Assert.Throws<ArgumentException>(() => { _ = x.CopyToAsync(foreign); }).Message);
            }

            foreign.Dispose();
            Assert.Throws<ObjectDisposedException>(() => { _ = x.CopyToAsync(foreign); });
        }

        await x.CopyToAsync(host.AsMemory());
        Assert.Equal(Iota(6), host);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = x.CopyToAsync(host.AsMemory()); });
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("emulated")]
    public async Task CancellationCountsBeforeTheCopyIsGivenToTheStream(string name)
    {
        using var session = new Session(name);
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var source = new CancellationTokenSource();
        var host = new float[6];
        var early = x.CopyToAsync(host.AsMemory(), source.Token);
        source.Cancel();
        await early;
        Assert.Equal(Iota(6), host);
        var late = x.CopyToAsync(host.AsMemory(), source.Token);
        Assert.True(late.IsCanceled);
        var canceled = await Assert.ThrowsAsync<TaskCanceledException>(async () => await late);
        Assert.Equal(source.Token, canceled.CancellationToken);
    }

    [Fact]
    public async Task ManyThreadsAwaitAtOnce()
    {
        using var session = new Session("emulated");
        using var shared = session.Device.CreateTensor<float>(Iota(5000));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            using var stream = session.Cuda.CreateStream();
            using var own = session.Device.CreateUninitializedTensor<float>([3000], stream);
            using var pinned = session.Cuda.CreatePinnedBuffer<float>(5000);
            for (var round = 0; round < 10; round++)
            {
                own.Fill(100 * number + round);
                var (host, all) = (new float[3000], new float[5000]);
                var first = own.CopyToAsync(host.AsMemory());
                var second = shared.CopyToAsync(all.AsMemory());
                var third = shared.CopyToAsync(pinned);
                await first;
                await second;
                await third;
                Assert.All(host, value => Assert.Equal(100f * number + round, value));
                Assert.Equal(4999f, all[^1]);
                Assert.Equal(4999f, pinned.Span[^1]);
            }
        })));
        Assert.Single(session.Cuda.CreateLeakReport().Allocations);
    }

    [Fact]
    public async Task LargeTensorsArriveWhole()
    {
        // Beyond what the device keeps for the next read.
        using var session = new Session("emulated");
        using var x = session.Device.CreateTensor<long>([.. Enumerable.Range(0, 9_000_000).Select(i => (long)i)]);
        for (var round = 0; round < 2; round++)
        {
            var host = new long[9_000_000];
            await x.CopyToAsync(host.AsMemory());
            Assert.Equal(x.ToArray(), host);
        }
    }

    [Theory]
    [InlineData(nameof(DriverApi.cuMemcpyDtoHAsync))]
    [InlineData(nameof(DriverApi.cuLaunchHostFunc))]
    [InlineData(nameof(DriverApi.cuMemHostAlloc))]
    public async Task ADriverCallThatFailsIsThrownAndLeavesNothing(string function)
    {
        using var session = new Session("emulated");
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        var host = new float[6];
        session.Emulated.InjectError(function, CUresult.CUDA_ERROR_NOT_PERMITTED);
        var failure = Assert.Throws<CudaException>(() => { _ = x.CopyToAsync(host.AsMemory()); });
        Assert.Equal(CUresult.CUDA_ERROR_NOT_PERMITTED, failure.Code);
        Assert.Contains(function, failure.Message);
        await x.CopyToAsync(host.AsMemory());
        Assert.Equal(Iota(6), host);
        Assert.Single(session.Cuda.CreateLeakReport().Allocations);
    }

    [Fact]
    public void ACaptureRefusesReads()
    {
        using var session = new Session("emulated");
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var pinned = session.Cuda.CreatePinnedBuffer<float>(6);
        session.Device.Synchronize();
        var host = new float[6];
        Assert.Contains("captured", Assert.Throws<InvalidOperationException>(() => session.Cuda.DefaultStream.Capture(capturing => { _ = x.CopyToAsync(host.AsMemory()); })).Message);
        Assert.Contains("captured", Assert.Throws<InvalidOperationException>(() => session.Cuda.DefaultStream.Capture(capturing => { _ = x.CopyToAsync(pinned); })).Message);
        Assert.Equal(Iota(6), x.ToArray());
    }

    [Fact]
    public async Task ALostContextFailsTheAwait()
    {
        using var emulated = EmulatedDevice.Open();
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromString("overrun.cu", "extern \"C\" __global__ void overrun(int* y) { *(int*)16 = y[0]; }"));
        var kernel = module.GetKernel("overrun");
        using var x = device.CreateTensor<int>([1, 2, 3]);
        var host = new int[3];
        await x.CopyToAsync(host.AsMemory());
        device.Synchronize(); // makes the context current here: the await may have gone on on another thread
        using var gate = new HostGate();
        Assert.Equal(CUresult.CUDA_SUCCESS, Hold(device, gate));
        device.DefaultStream.Launch(kernel, new LaunchConfig(1, 1), x);
        var read = x.CopyToAsync(host.AsMemory());
        gate.Open();
        await Assert.ThrowsAsync<CudaContextLostException>(async () => await read);
        Assert.Equal([1, 2, 3], host);
        Assert.Throws<CudaContextLostException>(() => { _ = x.CopyToAsync(host.AsMemory()); });
    }

    [Fact]
    public async Task DisposingTheDeviceEndsTheAwait()
    {
        using var emulated = EmulatedDevice.Open();
        using var x = emulated.Device.CreateTensor<float>(Iota(1 << 20));
        emulated.Device.Synchronize();
        using var gate = new HostGate();
        Assert.Equal(CUresult.CUDA_SUCCESS, Hold(emulated.Device, gate));
        var host = new float[1 << 20];
        var read = x.CopyToAsync(host.AsMemory()).AsTask();
        var close = Task.Run(emulated.Dispose);
        gate.Open();
        await close;

        // Whether the elements or the end of the device came first is open, but one of them did.
        var failure = await Record.ExceptionAsync(() => read.WaitAsync(TimeSpan.FromSeconds(60)));
        if (failure is null)
        {
            Assert.Equal(Iota(1 << 20), host);
        }
        else
        {
            Assert.IsType<ObjectDisposedException>(failure);
        }

        Assert.Empty(emulated.Reports);
    }

    private static CUresult Hold(Session session, HostGate gate) => Hold(session.Cuda, gate);

    private static unsafe CUresult Hold(CudaDevice device, HostGate gate) => device.Driver.cuLaunchHostFunc(device.DefaultStream.Handle, HostGate.Function, gate.UserData);

    /// <summary>A device that must end without reports.</summary>
    private sealed class Session : IDisposable
    {
        private readonly EmulatedDevice? _emulated;

        public Session(string name)
        {
            if (name == "emulated")
            {
                var found = EmulatedDevice.IsSupported(out var reason);
                Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
                Assert.SkipUnless(found, reason);
                _emulated = EmulatedDevice.Open();
            }

            Device = _emulated is null ? new CpuDevice() : _emulated.Device;
        }

        public ComputeDevice Device { get; }

        public CudaDevice Cuda => _emulated!.Device;

        public EmulatedDevice Emulated => _emulated!;

        public void Dispose()
        {
            Device.Dispose();
            Assert.Empty(_emulated?.Reports ?? []);
        }
    }
}
