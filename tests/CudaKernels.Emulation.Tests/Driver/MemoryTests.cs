using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class MemoryTests
{
    [Fact]
    public void CopiesGoThereAndBack()
    {
        using var session = new DriverSession();
        var a = session.Allocate(16);
        var b = session.Allocate(16);
        session.WriteInts(a, 1, 2, 3, 4);
        DriverSession.Check(session.Api.cuMemcpyDtoD(b, a, 16));
        Assert.Equal([1, 2, 3, 4], session.ReadInts(b, 4));
        DriverSession.Check(session.Api.cuMemFree(a));
        DriverSession.Check(session.Api.cuMemFree(b));
        Assert.Empty(session.Reports);
    }

    [Fact]
    public void FreshMemoryIsPoisoned()
    {
        using var session = new DriverSession();
        Assert.Equal([-1, -1], session.ReadInts(session.Allocate(8), 2));
    }

    [Fact]
    public void MemsetsWriteTheirElements()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(64);
        DriverSession.Check(session.Api.cuMemsetD32(memory, 7, 4));
        DriverSession.Check(session.Api.cuMemsetD16(new CUdeviceptr(memory.Value + 4), 0x0102, 2));
        DriverSession.Check(session.Api.cuMemsetD8(new CUdeviceptr(memory.Value + 8), 3, 1));
        DriverSession.Check(session.Api.cuMemsetD2D32(new CUdeviceptr(memory.Value + 16), 16, 9, 2, 2));
        Assert.Equal([7, 0x01020102, 3, 7, 9, 9, -1, -1, 9, 9], session.ReadInts(memory, 10));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemsetD32(new CUdeviceptr(memory.Value + 2), 0, 1));
    }

    [Fact]
    public void ARectangleKeepsItsPitch()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(48);
        DriverSession.Check(session.Api.cuMemsetD32(memory, 0, 12));
        int[] source = [1, 2, 3, 4];
        fixed (int* host = source)
        {
            var copy = new CUDA_MEMCPY2D
            {
                srcMemoryType = CUmemorytype.CU_MEMORYTYPE_HOST,
                srcHost = host,
                srcPitch = 8,
                dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE,
                dstDevice = memory,
                dstPitch = 16,
                dstXInBytes = 4,
                dstY = 1,
                WidthInBytes = 8,
                Height = 2,
            };
            DriverSession.Check(session.Api.cuMemcpy2D(&copy));
        }

        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0], session.ReadInts(memory, 12));
    }

    [Fact]
    public void MemoryRunsOutAtItsLimit()
    {
        using var session = new DriverSession(new EmulationOptions { TotalMemory = 1 << 16 });
        var half = session.Allocate(1 << 15);
        CUdeviceptr pointer;
        nuint free, total;
        Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAlloc(&pointer, (1 << 15) + 1));
        DriverSession.Check(session.Api.cuMemGetInfo(&free, &total));
        Assert.Equal(((nuint)(1 << 15), (nuint)(1 << 16)), (free, total));
        DriverSession.Check(session.Api.cuMemFree(half));
        DriverSession.Check(session.Api.cuMemAlloc(&pointer, 1 << 16));
    }

    [Fact]
    public void SizesThatWrapAroundAreMoreThanThereIs()
    {
        using var session = new DriverSession();
        CUmemoryPool pool;
        DriverSession.Check(session.Api.cuDeviceGetDefaultMemPool(&pool, session.Handle));
        var stream = session.CreateStream();
        session.Allocate(512);
        CUdeviceptr pointer;
        nuint pitch, free, total;
        void* host;
        foreach (var size in (ReadOnlySpan<nuint>)[nuint.MaxValue, nuint.MaxValue - 7, (nuint)1 << 63, nuint.MaxValue - 511])
        {
            Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAlloc(&pointer, size));
            Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAllocManaged(&pointer, size, 1));
            Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAllocFromPoolAsync(&pointer, size, pool, stream));
            Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAllocPitch(&pointer, &pitch, size, 2, 4));
            Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemHostAlloc(&host, size, 0));
        }

        Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAllocPitch(&pointer, &pitch, (nuint)1 << 32, (nuint)1 << 32, 4));
        DriverSession.Check(session.Api.cuMemGetInfo(&free, &total));
        Assert.Equal((nuint)512, total - free);
        Assert.Empty(session.Reports);
    }

    // The system promises so much, and ends the process that writes to it.
    [Fact]
    public void MemoryThatTheHostLacksIsRefused()
    {
        using var session = new DriverSession(new EmulationOptions { TotalMemory = 1UL << 50 });
        var size = (nuint)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - (1 << 20);
        CUdeviceptr pointer;
        nuint free, total;
        void* host;
        Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemHostAlloc(&host, size, 0));
        Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAllocHost(&host, size));
        Assert.Equal(CUDA_ERROR_OUT_OF_MEMORY, session.Api.cuMemAlloc(&pointer, size));
        DriverSession.Check(session.Api.cuMemHostAlloc(&host, 4 << 20, 0));
        DriverSession.Check(session.Api.cuMemFreeHost(host));
        DriverSession.Check(session.Api.cuMemGetInfo(&free, &total));
        Assert.Equal(total, free);
        Assert.Empty(session.Reports);
    }

    [Fact]
    public void APoolReusesWhatIsFreedInOrder()
    {
        using var session = new DriverSession(new EmulationOptions { TotalMemory = 1 << 16 });
        var stream = session.CreateStream();
        CUmemoryPool pool;
        DriverSession.Check(session.Api.cuDeviceGetDefaultMemPool(&pool, session.Handle));
        var threshold = ulong.MaxValue;
        DriverSession.Check(session.Api.cuMemPoolSetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold));
        for (var i = 0; i < 100; i++)
        {
            CUdeviceptr pointer;
            DriverSession.Check(session.Api.cuMemAllocFromPoolAsync(&pointer, 50_000, pool, stream));
            DriverSession.Check(session.Api.cuMemsetD8Async(pointer, 1, 50_000, stream));
            DriverSession.Check(session.Api.cuMemFreeAsync(pointer, stream));
        }

        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal((0UL, 50_000UL, 50_000UL), Figures(session, pool));
        DriverSession.Check(session.Api.cuMemPoolTrimTo(pool, 0));
        Assert.Equal((0UL, 0UL, 50_000UL), Figures(session, pool));
        Assert.Empty(session.Reports);
    }

    [Fact]
    public void FreesThatAreWrongAreReported()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(64);
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemFree(new CUdeviceptr(memory.Value + 8)));
        DriverSession.Check(session.Api.cuMemFree(memory));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemFree(memory));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemFree(new CUdeviceptr(0x1230)));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemsetD8(memory, 0, 1));
        Assert.Collection(
            session.Reports,
            report => Assert.Contains("lies inside 64 bytes of device memory", report.Message),
            report => Assert.Contains("freed", report.Message),
            report => Assert.Contains("never allocated", report.Message),
            report => Assert.Contains("had been freed", report.Message));
        Assert.All(session.Reports, report => Assert.Equal("misuse", report.Rule));
        Assert.Equal("cuMemFree", session.Reports[1].Function);
    }

    [Fact]
    public void ACopyBeyondTheEndIsRefused()
    {
        using var session = new DriverSession();
        var memory = session.Allocate(64);
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuMemsetD8(memory, 0, 65));
        Assert.Contains("go beyond the end of 64 bytes", Assert.Single(session.Reports).Message);
    }

    [Fact]
    public void AFreeOnTheWrongStreamIsReported()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var user = session.CreateStream();
        var other = session.CreateStream();
        CUdeviceptr pointer;
        DriverSession.Check(session.Api.cuMemAllocAsync(&pointer, 64, user));
        DriverSession.Check(session.Api.cuLaunchHostFunc(user, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuMemsetD8Async(pointer, 0, 64, user));
        gate.Open();
        DriverSession.Check(session.Api.cuStreamSynchronize(user));
        DriverSession.Check(session.Api.cuMemFreeAsync(pointer, other));
        DriverSession.Check(session.Api.cuStreamSynchronize(other));
        Assert.Empty(session.Reports);

        // Both wait for an event of a stream that is held; then the seed decides which of them runs first.
        var found = false;
        for (var i = 0; i < 64 && !found; i++)
            found = RaceFree(session, user, other);
        Assert.True(found);
    }

    [Fact]
    public void PointersTellWhatTheyAre()
    {
        using var session = new DriverSession();
        var pinned = session.AllocatePinned(128);
        var memory = session.Allocate(256);
        uint type;
        nuint size;
        CUdeviceptr start;
        DriverSession.Check(session.Api.cuPointerGetAttribute(&type, CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE, new CUdeviceptr(pinned + 5)));
        Assert.Equal((uint)CUmemorytype.CU_MEMORYTYPE_HOST, type);
        DriverSession.Check(session.Api.cuPointerGetAttribute(&type, CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE, memory));
        Assert.Equal((uint)CUmemorytype.CU_MEMORYTYPE_DEVICE, type);
        DriverSession.Check(session.Api.cuMemGetAddressRange(&start, &size, new CUdeviceptr(memory.Value + 100)));
        Assert.Equal((memory, (nuint)256), (start, size));
        int local;
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuPointerGetAttribute(&type, CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE, new CUdeviceptr((ulong)&local)));
    }

    [Fact]
    public void WhatIsLeftIsReportedAsLeaks()
    {
        var session = new DriverSession();
        session.Allocate(100);
        session.CreateStream();
        session.CreateEvent();
        session.CreateEvent();
        DriverSession.Check(session.Api.cuDevicePrimaryCtxRelease(session.Handle));
        Assert.Equal(["100 bytes of device memory", "2 events were not destroyed", "1 stream was not destroyed"], session.Reports.Where(report => report.Rule == "leak").Select(Start));
        session.Dispose();

        static string Start(EmulationReport report) => report.Message[..(report.Message.Contains(" at 0x", StringComparison.Ordinal) ? report.Message.IndexOf(" at 0x", StringComparison.Ordinal) : report.Message.IndexOf(" when", StringComparison.Ordinal))];
    }

    private static bool RaceFree(DriverSession session, CUstream user, CUstream other)
    {
        using var gate = new HostGate();
        var holder = session.CreateStream();
        var open = session.CreateEvent();
        CUdeviceptr pointer;
        DriverSession.Check(session.Api.cuMemAllocAsync(&pointer, 64, user));
        DriverSession.Check(session.Api.cuLaunchHostFunc(holder, HostGate.Function, gate.UserData));
        DriverSession.Check(session.Api.cuEventRecord(open, holder));
        DriverSession.Check(session.Api.cuStreamWaitEvent(user, open, 0));
        DriverSession.Check(session.Api.cuStreamWaitEvent(other, open, 0));
        DriverSession.Check(session.Api.cuMemsetD8Async(pointer, 0, 64, user));
        DriverSession.Check(session.Api.cuMemFreeAsync(pointer, other));
        gate.Open();
        _ = session.Api.cuCtxSynchronize();
        return session.Reports.Any(report => report.Message.Contains("while work of another stream", StringComparison.Ordinal));
    }

    private static (ulong Used, ulong Reserved, ulong High) Figures(DriverSession session, CUmemoryPool pool)
    {
        ulong used, reserved, high;
        DriverSession.Check(session.Api.cuMemPoolGetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used));
        DriverSession.Check(session.Api.cuMemPoolGetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved));
        DriverSession.Check(session.Api.cuMemPoolGetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_HIGH, &high));
        return (used, reserved, high);
    }
}
