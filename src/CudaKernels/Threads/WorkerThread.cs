using System.Diagnostics;

namespace CudaKernels;

/// <summary>One of the <see cref="WorkerThreads"/>: sleeps until it is given a loop to join.</summary>
internal sealed class WorkerThread
{
    // One loop often follows another within so long, and to wake a thread takes as much.
    private static readonly long s_spinTicks = Stopwatch.Frequency / 1_000_000 * 50;

    private readonly object _woken = new();
    private ThreadAffinity? _affinity;
    private ISharedLoop? _loop;

    /// <summary>Starts the thread, which ends with the process.</summary>
    /// <param name="number">Its number, for its name.</param>
    public void Start(int number) => new Thread(Work) { IsBackground = true, Name = $"CudaKernels worker {number}" }.UnsafeStart();

    /// <summary>Wakes the thread to join <paramref name="loop"/>, on another processor than the caller's. It must be idle.</summary>
    public void Give(ISharedLoop loop)
    {
        lock (_woken)
        {
            _affinity?.Avoid(ThreadAffinity.CurrentProcessor);
            _loop = loop;
            Monitor.Pulse(_woken);
        }
    }

    private void Work()
    {
        lock (_woken)
        {
            _affinity = ThreadAffinity.OfThisThread();
        }

        while (true)
        {
            (WorkerThreads.NextFor(this) ?? WaitForLoop()).Join();
        }
    }

    private ISharedLoop WaitForLoop()
    {
        var start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _loop) is null && Stopwatch.GetTimestamp() - start < s_spinTicks)
        {
            Thread.SpinWait(8);
        }

        lock (_woken)
        {
            while (_loop is null)
            {
                Monitor.Wait(_woken);
            }

            var loop = _loop;
            _loop = null;
            return loop;
        }
    }
}
