using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

public sealed class StreamTests : FakeDriverTests
{
    [Fact]
    public void AnotherStream_WaitsForTheWriter_AndTheWriterForReaders()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var side = device.CreateStream();
        using var y = device.CreateBuffer<float>(8);
        using var z = device.CreateBuffer<float>(8, side);
        var main = device.DefaultStream;
        FakeDriver.Records = true;
        side.Launch(kernel, LaunchConfig.Cover(8), z, y, 1f, 1); // side reads y, which main made
        Assert.Equal([$"cuEventRecord {main.Handle.Value}", $"cuStreamWaitEvent {side.Handle.Value}"], Ordering());
        side.Launch(kernel, LaunchConfig.Cover(8), z, y, 1f, 1);
        Assert.Equal(2, Ordering().Length);
        main.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1); // main writes y, which side reads
        Assert.Equal([$"cuEventRecord {side.Handle.Value}", $"cuStreamWaitEvent {main.Handle.Value}"], Ordering()[2..]);
    }

    [Fact]
    public void MemoryThatIsGivenUpWhileItsStreamIsDisposed_IsFreedAfterTheStreamsWork()
    {
        using var device = FakeDriver.Open();
        var side = device.CreateStream();
        var y = device.CreateBuffer<float>(8, side);
        FakeDriver.Records = true;
        FakeDriver.Synchronizing = () =>
        {
            FakeDriver.Synchronizing = null;
            y.Dispose();
        };
        side.Dispose();
        Assert.Equal([$"cuEventRecord {side.Handle.Value}", $"cuStreamWaitEvent {device.DefaultStream.Handle.Value}"], Ordering());
        Assert.Contains($"cuMemFreeAsync {device.DefaultStream.Handle.Value}", FakeDriver.Calls);
    }

    [Fact]
    public async Task Await_ContinuesWhenTheStreamIsReached()
    {
        using var device = FakeDriver.Open();
        FakeDriver.HoldsHostFunctions = true;
        var waiting = device.DefaultStream.WhenCompleted().AsTask();
        Assert.False(waiting.IsCompleted);
        FakeDriver.RunHostFunctions();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        FakeDriver.HoldsHostFunctions = false;
        await device.DefaultStream;
    }

    [Fact]
    public async Task Await_FailsWhenTheContextIsLost_ThoughTheCallbackNeverComes()
    {
        using var device = FakeDriver.Open();
        FakeDriver.HoldsHostFunctions = true;
        var waiting = device.DefaultStream.WhenCompleted().AsTask();
        FakeDriver.Fail("cuStreamQuery", CUresult.CUDA_ERROR_LAUNCH_FAILED); // only the timer asks
        await Assert.ThrowsAsync<CudaContextLostException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Capture_KeepsMemoryAndRefusesWhatAGraphCannotHold()
    {
        using var device = OpenWithSaxpy(out var kernel);
        var y = device.CreateBuffer<float>(8);
        var live = FakeDriver.LiveDeviceAllocations;
        var stream = device.DefaultStream;
        var graph = stream.Capture(s =>
        {
            s.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1);
            Assert.True(s.IsCapturing);
            Assert.Throws<InvalidOperationException>(() => device.CreateBuffer<float>(8));
            Assert.Throws<InvalidOperationException>(() => y.CopyFrom(new float[8]));
            Assert.Throws<InvalidOperationException>(s.Synchronize);
            Assert.Throws<InvalidOperationException>(() => s.GetAwaiter());
            Assert.Throws<InvalidOperationException>(() => device.LoadModule("PTX"u8));
        });
        Assert.False(stream.IsCapturing);
        y.Dispose();
        Assert.Equal(live, FakeDriver.LiveDeviceAllocations);
        using (var exec = graph.Instantiate())
        {
            graph.Dispose();
            exec.Launch();
            Assert.Equal(live, FakeDriver.LiveDeviceAllocations);
        }

        Assert.Equal(live - 1, FakeDriver.LiveDeviceAllocations);
    }

    [Fact]
    public void Dispose_GivesUpTheCaptureThatBeganOnTheStream()
    {
        using var device = OpenWithSaxpy(out var kernel);
        var live = FakeDriver.LiveDeviceAllocations;
        using (var stream = device.CreateStream())
        {
            using var y = device.CreateBuffer<float>(8, stream);
            stream.BeginCapture();
            stream.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1);
            FakeDriver.Records = true;
        }

        Assert.Equal(["cuStreamEndCapture", "cuGraphDestroy"], FakeDriver.Calls.Where(call => call is "cuStreamEndCapture" or "cuGraphDestroy"));
        Assert.Equal(live, FakeDriver.LiveDeviceAllocations);
        device.CreateBuffer<float>(8).Dispose(); // this thread captures no more
        device.DefaultStream.Capture(_ => { }).Dispose();
    }

    [Fact]
    public void ACaptureOfALostDevice_EndsAndHoldsUpNoOtherDevice()
    {
        using var lost = FakeDriver.Open();
        using var other = FakeDriver.Open();
        lost.DefaultStream.BeginCapture();
        _ = lost.MakeException(CUresult.CUDA_ERROR_LAUNCH_FAILED, "cuLaunchKernelEx()");
        other.CreateBuffer<float>(8).Dispose();
        Assert.Throws<CudaContextLostException>(lost.DefaultStream.EndCapture);
        Assert.False(lost.DefaultStream.IsCapturing);
        other.DefaultStream.Capture(_ => { }).Dispose();
    }

    [Fact]
    public void ACaptureOfADisposedDevice_HoldsUpNoOtherDevice()
    {
        using var other = FakeDriver.Open();
        var gone = FakeDriver.Open();
        gone.DefaultStream.BeginCapture();
        gone.Dispose();
        other.CreateBuffer<float>(8).Dispose();
    }

    [Fact]
    public void Capture_RefusesUnfinishedWorkOfAnotherStream()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var side = device.CreateStream();
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.IsBusy = true;
        var refusal = Assert.Throws<InvalidOperationException>(() => side.Capture(s => s.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1)));
        Assert.Contains("synchronise stream default of fake:0 before the capture", refusal.Message, StringComparison.Ordinal);
        Assert.False(side.IsCapturing);
        FakeDriver.IsBusy = false;
        using var graph = side.Capture(s => s.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1));
        Assert.NotEqual(default, graph.Handle);
    }

    [Fact]
    public void AnUpdateThatIsNotPossible_TellsWhy()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        using var graph = device.DefaultStream.Capture(s => s.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1));
        using var exec = graph.Instantiate();
        exec.Update(graph);
        FakeDriver.Fail("cuGraphExecUpdate", CUresult.CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
        Assert.Contains("TOPOLOGY_CHANGED", Assert.Throws<CudaException>(() => exec.Update(graph)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Priorities_AreCheckedAgainstTheDevice()
    {
        using var device = FakeDriver.Open();
        Assert.Equal(-5, device.CreateStream(-5).Priority);
        Assert.Contains("from -5 (first) to 0 (last)", Assert.Throws<ArgumentOutOfRangeException>(() => device.CreateStream(1)).Message, StringComparison.Ordinal);
    }
}
