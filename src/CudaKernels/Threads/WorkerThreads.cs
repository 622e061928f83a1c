namespace CudaKernels;

/// <summary>
/// The threads that help the managed device's loops, shared by all of them. They are started when a loop first asks for them, as many as
/// a loop has asked for at once, or as there are processors beside the caller's.
/// </summary>
internal static class WorkerThreads
{
    private static readonly Lock s_lock = new();
    private static readonly Stack<WorkerThread> s_idle = new();
    private static readonly Queue<ISharedLoop> s_waiting = new();
    private static int s_count;

    /// <summary>Has a worker join <paramref name="loop"/> soon: an idle one, a new one, or the next that is free.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="helpers">The most workers that it can use; no more than these, or than there are other processors, are ever started.</param>
    public static void Ask(ISharedLoop loop, int helpers)
    {
        WorkerThread? idle;
        var newNumber = 0;
        lock (s_lock)
        {
            if (!s_idle.TryPop(out idle))
            {
                s_waiting.Enqueue(loop);
                if (s_count < Math.Max(helpers, Environment.ProcessorCount - 1))
                {
                    newNumber = ++s_count;
                }
            }
        }

        idle?.Give(loop);
        if (newNumber > 0)
        {
            Start(newNumber);
        }
    }

    // Where the system has no thread left the loop stays in the queue, and its caller finishes it alone if no worker gets there before.
    private static void Start(int number)
    {
        try
        {
            new WorkerThread().Start(number);
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException)
        {
            lock (s_lock)
            {
                s_count--;
            }
        }
    }

    /// <summary>The loop that has waited longest; or null, and <paramref name="worker"/> counts as idle from now on.</summary>
    public static ISharedLoop? NextFor(WorkerThread worker)
    {
        lock (s_lock)
        {
            if (s_waiting.TryDequeue(out var loop))
            {
                return loop;
            }

            s_idle.Push(worker);
            return null;
        }
    }
}
