using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

public sealed class DeviceTests : FakeDriverTests
{
    [Fact]
    public void AStickyError_IsLatchedAndNamedByEveryLaterCall()
    {
        var device = FakeDriver.Open();
        FakeDriver.Fail("cuStreamSynchronize", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, times: 1);
        var first = Assert.Throws<CudaContextLostException>(device.DefaultStream.Synchronize);
        Assert.Contains("cuStreamSynchronize(stream default of fake:0) failed: CUDA_ERROR_ILLEGAL_ADDRESS (700)", first.Message, StringComparison.Ordinal);
        var later = Assert.Throws<CudaContextLostException>(() => device.CreateBuffer<float>(1));
        Assert.Contains("first seen at cuStreamSynchronize", later.Message, StringComparison.Ordinal);
        Assert.Equal(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, later.Code);
        Assert.True(device.IsContextLost);
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(device.Synchronize);
    }

    [Fact]
    public void OrdinaryErrors_AreNotLatched()
    {
        using var device = FakeDriver.Open();
        FakeDriver.Fail("cuCtxSynchronize", CUresult.CUDA_ERROR_INVALID_VALUE, times: 1);
        Assert.Throws<CudaException>(device.Synchronize);
        device.Synchronize();
        Assert.False(device.IsContextLost);
    }

    [Fact]
    public void OutOfMemory_ClimbsTheLadderAndTellsTheFigures()
    {
        using var device = FakeDriver.Open();
        FakeDriver.Records = true;
        FakeDriver.Fail("cuMemAllocFromPoolAsync", CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        var failure = Assert.Throws<CudaOutOfMemoryException>(() => device.CreateBuffer<float>(1 << 20));
        Assert.Equal(4UL << 20, failure.RequestedBytes);
        Assert.Equal(2UL << 20, failure.Figures.FreeBytes);
        Assert.Contains("2 MiB of 1024 MiB are free", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, FakeDriver.Calls.Count(call => call == "cuMemAllocFromPoolAsync"));
        Assert.Equal(2, FakeDriver.Calls.Count(call => call == "cuMemPoolTrimTo"));
    }

    [Fact]
    public void PinnedMemoryOfWhatWasForgotten_ServesTheAllocation()
    {
        using var device = FakeDriver.Open();
        Forget(device);
        var live = FakeDriver.LiveHostAllocations;
        FakeDriver.Fail("cuMemHostAlloc", CUresult.CUDA_ERROR_OUT_OF_MEMORY, times: 1);
        using var buffer = device.CreatePinnedBuffer<float>(16);
        Assert.Equal(live, FakeDriver.LiveHostAllocations);

        FakeDriver.Fail("cuMemHostAlloc", CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        var failure = Assert.Throws<CudaOutOfMemoryException>(() => device.CreatePinnedBuffer<float>(16));
        Assert.EndsWith("Tried before giving up: releasing abandoned memory, collecting garbage.", failure.Message, StringComparison.Ordinal);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(CudaDevice device) => device.CreatePinnedBuffer<float>(16);
    }

    [Fact]
    public void MemoryThatTheLadderFrees_ServesTheAllocation()
    {
        using var device = FakeDriver.Open();
        FakeDriver.Fail("cuMemAllocFromPoolAsync", CUresult.CUDA_ERROR_OUT_OF_MEMORY, times: 1);
        using var buffer = device.CreateBuffer<float>(16);
        Assert.NotEqual(0UL, buffer.Address.Value);
    }

    [Fact]
    public void AnOldDriver_IsToldWhatIsNeeded()
    {
        var source = new FakeDriver();
        source.Missing.Add("cuLibraryLoadData");
        var failure = Assert.Throws<CudaNotSupportedException>(() => FakeDriver.Open(source: source));
        Assert.Contains("needs CUDA 12.0, the driver is 11.8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_RoundTripInChunks()
    {
        using var device = FakeDriver.Open();
        var data = Enumerable.Range(0, (5 << 20) / sizeof(int)).ToArray(); // more than two staging buffers
        using var buffer = device.CreateBuffer<int>(data);
        Assert.Equal(data, buffer.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.CopyTo(new int[2], offset: data.Length - 1));
    }

    [Fact]
    public void Dispose_FreesWhatWasForgotten()
    {
        var (deviceMemory, hostMemory) = (FakeDriver.LiveDeviceAllocations, FakeDriver.LiveHostAllocations);
        var device = FakeDriver.Open(new CudaDeviceOptions { Debug = true, UseKernelCache = false });
        var forgotten = device.CreateBuffer<int>([1, 2, 3]);
        var pinned = device.CreatePinnedBuffer<int>(4);
        var report = device.CreateLeakReport();
        Assert.Equal([16UL, 12UL], report.Allocations.Select(allocation => allocation.ByteCount));
        Assert.Contains(nameof(Dispose_FreesWhatWasForgotten), report.Allocations[0].Site, StringComparison.Ordinal);
        device.Dispose();
        Assert.Equal((deviceMemory, hostMemory), (FakeDriver.LiveDeviceAllocations, FakeDriver.LiveHostAllocations));
        forgotten.Dispose();
        pinned.Dispose();
    }

    [Fact]
    public void ALeaseKeepsMemory_UntilItIsGivenBack()
    {
        using var device = FakeDriver.Open();
        var buffer = device.CreateBuffer<float>(8);
        var live = FakeDriver.LiveDeviceAllocations;
        var block = buffer.Block;
        Assert.True(block.TryAcquire());
        buffer.Dispose();
        Assert.Equal(live, FakeDriver.LiveDeviceAllocations);
        block.Release();
        Assert.Equal(live - 1, FakeDriver.LiveDeviceAllocations);
        Assert.False(block.TryAcquire());
    }
}
