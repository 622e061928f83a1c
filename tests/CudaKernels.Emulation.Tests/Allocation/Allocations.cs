namespace CudaKernels.Tests;

/// <summary>What calls allocate on the managed heap.</summary>
internal static class Allocations
{
    private const int Calls = 100;
    private const int Attempts = 10;

    /// <summary>Requires that calls allocate nothing once the first ones are done.</summary>
    public static void RequireNone(ComputeDevice device, Action call, int calls = Calls)
    {
        // The first calls compile kernels and methods, and make what is kept for the next ones.
        for (var i = 0; i < 3; i++)
        {
            call();
            device.Synchronize();
        }

        // The .NET runtime allocates now and then on its own account, such as when a wait first blocks; with long kernels on a busy machine three times
        // running have been seen. What a call itself allocates it allocates at every attempt.
        var allocated = Enumerable.Range(0, Attempts).Select(_ => Allocated(device, call, calls)).TakeWhile(bytes => bytes != 0).ToArray();
        Assert.True(allocated.Length < Attempts, $"{calls} calls allocated {string.Join(", ", allocated)} bytes");
    }

    // The software device keeps an object for each launch that it has not come to, so it is given no more than one at a time.
    private static long Allocated(ComputeDevice device, Action call, int calls)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < calls; i++)
        {
            call();
            device.Synchronize();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
