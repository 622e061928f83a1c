using System.Runtime.ExceptionServices;

namespace CudaKernels;

/// <summary>
/// The managed device's parallel loop: threads draw chunk numbers from one counter until none is left. The caller says what a
/// chunk is, from the shape alone and never from the thread count, so a result is the same bits on any number of threads.
/// </summary>
internal static class ManagedParallel
{
    [ThreadStatic]
    private static bool _inside;

    /// <summary>Whether this thread is working for a loop now; a loop started here runs inline.</summary>
    public static bool IsInside => _inside;

    /// <summary>
    /// Runs <paramref name="body"/> for every chunk in [0, <paramref name="chunks"/>) and returns when all are done. The calling
    /// thread takes part and finishes alone if the thread pool has no thread to lend, so a busy pool costs time and never a deadlock.
    /// Allocates nothing when it runs on one thread.
    /// </summary>
    /// <param name="chunks">How many chunks there are; 0 does nothing.</param>
    /// <param name="threads">The most threads that work at once, the caller included; 1 or more.</param>
    /// <param name="body">What one chunk does.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunks"/> is negative or <paramref name="threads"/> is below 1.</exception>
    /// <remarks>The first exception thrown by a chunk is rethrown here, once no chunk is running any more; chunks not yet begun are dropped.</remarks>
    public static void For<TBody>(long chunks, int threads, TBody body) where TBody : struct, IParallelBody
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunks);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (threads == 1 || chunks <= 1 || _inside)
        {
            for (long chunk = 0; chunk < chunks; chunk++)
                body.Execute(chunk);
            return;
        }
        new Loop<TBody>(body, chunks).Run((int)Math.Min(threads, chunks));
    }

    /// <summary>One loop shared by its threads. A pool thread that arrives after the end finds no chunk and leaves.</summary>
    private sealed class Loop<TBody>(TBody body, long chunks) : IThreadPoolWorkItem where TBody : struct, IParallelBody
    {
        private readonly object _finished = new();
        private TBody _body = body;
        private ExceptionDispatchInfo? _failure;
        private readonly long _chunks = chunks;
        private long _next;
        private long _remaining = chunks;

        public void Run(int threads)
        {
            for (int helper = 1; helper < threads; helper++)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            Execute();
            Wait();
            _failure?.Throw();
        }

        public void Execute()
        {
            _inside = true;
            try
            {
                for (long chunk = Draw(); chunk < _chunks; chunk = Draw())
                {
                    ExecuteChunk(chunk);
                    if (Interlocked.Decrement(ref _remaining) == 0)
                    {
                        lock (_finished)
                            Monitor.PulseAll(_finished);
                    }
                }
            }
            finally
            {
                _inside = false;
            }
        }

        private long Draw() => Interlocked.Increment(ref _next) - 1;

        private void ExecuteChunk(long chunk)
        {
            if (Volatile.Read(ref _failure) is not null)
                return;
            try
            {
                _body.Execute(chunk);
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
        }

        private void Wait()
        {
            // The last chunks end within microseconds of each other, so spin first and sleep only then.
            var spin = new SpinWait();
            while (Volatile.Read(ref _remaining) != 0)
            {
                if (!spin.NextSpinWillYield)
                {
                    spin.SpinOnce();
                    continue;
                }
                lock (_finished)
                {
                    while (Volatile.Read(ref _remaining) != 0)
                        Monitor.Wait(_finished);
                }
            }
        }
    }
}
