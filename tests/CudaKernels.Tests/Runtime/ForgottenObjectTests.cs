using System.Runtime.CompilerServices;

namespace CudaKernels.Tests.Runtime;

/// <summary>Objects that were never disposed are destroyed by later calls, and code not while it may run.</summary>
public sealed class ForgottenObjectTests : FakeDriverTests
{
    [Fact]
    public void TrimmingMemory_LeavesTheCodeOfKernelsThatMayRun()
    {
        using var device = FakeDriver.Open();
        Forget(LoadKernel, device);
        device.TrimMemory();
        Assert.DoesNotContain("cuLibraryUnload", FakeDriver.Calls);
        device.Synchronize();
        AssertUnloadedAfterWait();
    }

    [Fact]
    public void WhereMemoryRunsOut_CodeIsUnloadedAfterTheWaitThatFollows()
    {
        using var device = FakeDriver.Open();
        FakeDriver.DeviceSynchronizing = () =>
        {
            FakeDriver.DeviceSynchronizing = null;
            Forget(LoadKernel, device);
        };
        FakeDriver.Fail("cuMemAllocFromPoolAsync", CudaKernels.Interop.CUresult.CUDA_ERROR_OUT_OF_MEMORY, times: 2);
        device.CreateBuffer<float>(16).Dispose();
        AssertUnloadedAfterWait(waits: 2);
    }

    [Fact]
    public void CodeForgottenWhileTheDeviceIsWaitedFor_IsKeptForTheNextWait()
    {
        using var device = FakeDriver.Open();
        FakeDriver.Records = true;
        FakeDriver.DeviceSynchronizing = () => Forget(LoadKernel, device);
        device.Synchronize();
        Assert.DoesNotContain("cuLibraryUnload", FakeDriver.Calls);
        FakeDriver.DeviceSynchronizing = null;
        device.Synchronize();
        Assert.Contains("cuLibraryUnload", FakeDriver.Calls);
    }

    [Fact]
    public void ANewEvent_DestroysForgottenOnes()
    {
        using var device = FakeDriver.Open();
        Forget(static device => device.CreateEvent(), device);
        device.CreateEvent().Dispose();
        Assert.Equal(2, FakeDriver.Calls.Count(call => call == "cuEventDestroy"));
    }

    [Fact]
    public void ANewStream_DestroysForgottenOnesThatAreDone()
    {
        using var device = FakeDriver.Open();
        Forget(static device => device.CreateStream(), device);
        FakeDriver.IsBusy = true;
        using var first = device.CreateStream();
        Assert.DoesNotContain("cuStreamDestroy", FakeDriver.Calls);
        Assert.DoesNotContain("cuStreamSynchronize", FakeDriver.Calls);
        FakeDriver.IsBusy = false;
        using var second = device.CreateStream();
        Assert.Single(FakeDriver.Calls, "cuStreamDestroy");
    }

    [Fact]
    public void NothingIsDestroyedWithinACapture()
    {
        using var device = FakeDriver.Open();
        Forget(static device => device.CreateStream(), device);
        CudaEvent? made = null;
        using var graph = device.DefaultStream.Capture(_ => made = device.CreateEvent());
        Assert.DoesNotContain("cuStreamDestroy", FakeDriver.Calls);
        device.CreateEvent().Dispose();
        Assert.Contains("cuStreamDestroy", FakeDriver.Calls);
        made!.Dispose();
    }

    private static object LoadKernel(CudaDevice device) => device.LoadModule("PTX"u8, "forgotten.cu").GetKernel("forgotten");

    private static void AssertUnloadedAfterWait(int waits = 1)
    {
        var calls = FakeDriver.Calls;
        var unloaded = Array.IndexOf(calls, "cuLibraryUnload");
        Assert.True(unloaded >= 0, "the module is still loaded");
        Assert.Equal(waits, calls[..unloaded].Count(call => call == "cuCtxSynchronize"));
    }

    /// <summary>Makes an object that nothing refers to, and lets its finalizer run; then calls are noted.</summary>
    private static void Forget(Func<CudaDevice, object> make, CudaDevice device)
    {
        MakeAlone(make, device);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        FakeDriver.Records = true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAlone(Func<CudaDevice, object> make, CudaDevice device) => _ = make(device);
}
