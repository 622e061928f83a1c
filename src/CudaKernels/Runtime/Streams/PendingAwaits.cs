namespace CudaKernels;

/// <summary>The awaits whose streams have not been reached yet. After a device error the driver never calls back, so while there are any a timer looks.</summary>
internal static class PendingAwaits
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(50);
    private static readonly HashSet<StreamCompletion> s_pending = [];
    private static readonly Timer s_timer = new(_ => Poll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public static void Add(StreamCompletion completion)
    {
        lock (s_pending)
        {
            s_pending.Add(completion);
            if (s_pending.Count == 1)
                s_timer.Change(s_period, s_period);
        }
    }

    public static void Remove(StreamCompletion completion)
    {
        lock (s_pending)
        {
            if (s_pending.Remove(completion) && s_pending.Count == 0)
                s_timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends every await of a device's streams with an error.</summary>
    public static void Fail(CudaDevice device, Exception failure)
    {
        foreach (var completion in Snapshot())
        {
            if (ReferenceEquals(completion.Stream?.Device, device))
            {
                Remove(completion);
                completion.Fail(failure);
            }
        }
    }

    private static StreamCompletion[] Snapshot()
    {
        lock (s_pending)
            return [.. s_pending];
    }

    private static void Poll()
    {
        foreach (var stream in Snapshot().Select(completion => completion.Stream).Distinct())
            stream?.Probe();
    }
}
