namespace CudaKernels.Cli.Bench.Latency;

/// <summary>What calls allocate on the managed heap.</summary>
internal static class AllocatedBytes
{
    /// <summary>The bytes of one of several calls on this thread: the fewest of some attempts, for queues grow now and then.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="stream">Where they go; each attempt begins when it is empty.</param>
    public static long Of(Action calls, int count, CudaStream stream)
    {
        var fewest = long.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            stream.Synchronize();
            var before = GC.GetAllocatedBytesForCurrentThread();
            calls();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest / count;
    }
}
