using System.Diagnostics;
using System.Runtime.CompilerServices;
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
    /// thread takes part and finishes alone if no worker is free, so busy workers cost time and never a deadlock.
    /// Allocates nothing but, once per calling thread and kind of body, the loop itself.
    /// </summary>
    /// <param name="chunks">How many chunks there are; 0 does nothing.</param>
    /// <param name="threads">The most threads that work at once, the caller included; 1 or more.</param>
    /// <param name="body">What one chunk does.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunks"/> is negative or <paramref name="threads"/> is below 1.</exception>
    /// <remarks>The first exception thrown by a chunk is rethrown here, once no chunk is running any more; chunks not yet begun are dropped.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
        Loop<TBody>.OfThisThread.Run(body, chunks, (int)Math.Min(threads, chunks));
    }

    /// <summary>
    /// The loops of one calling thread, one after the other. A worker takes a seat before it looks at the loop, and the loop is
    /// closed, its seats gone and its helpers out, before the next begins. So one that arrives late finds no seat and leaves, or helps the
    /// next loop, which it may as well. The caller asks for two workers and each that comes for two more: many are awake soon, and the
    /// caller begins at once.
    /// </summary>
    private sealed class Loop<TBody> : ISharedLoop where TBody : struct, IParallelBody
    {
        private const long OneSeat = 1L << 32;

        // The caller of a loop waits so long for the last chunks before it sleeps.
        private static readonly long s_spinTicks = Stopwatch.Frequency / 1_000_000 * 500;

        [ThreadStatic]
        private static Loop<TBody>? t_loop;

        private readonly object _finished = new();
        private TBody _body;
        private ExceptionDispatchInfo? _failure;
        private long _chunks;
        private long _next;

        // The helpers that the loop can use.
        private int _helpers;

        // The workers that were asked to help and have not come yet.
        private int _asked;

        // The helpers that nobody has asked for yet; below 0 when all are.
        private int _unasked;

        // The seats that are free, in the upper half, and the helpers that are in, in the lower half.
        private long _gate;

        /// <summary>A loop never begins inside another on the same thread, so one object serves a thread.</summary>
        public static Loop<TBody> OfThisThread => t_loop ??= new Loop<TBody>();

        public void Run(in TBody body, long chunks, int threads)
        {
            _body = body;
            _chunks = chunks;
            _next = 0;
            _helpers = threads - 1;
            Interlocked.Exchange(ref _gate, _helpers * OneSeat);
            // Workers that were asked for an earlier loop and are still to come find this one's seats.
            Volatile.Write(ref _unasked, _helpers - Volatile.Read(ref _asked));
            AskForTwo();
            DoChunks();
            Volatile.Write(ref _unasked, 0);
            Interlocked.And(ref _gate, OneSeat - 1);
            WaitForHelpers();
            var failure = _failure;
            _failure = null;
            _body = default;
            failure?.Throw();
        }

        public void Join()
        {
            Interlocked.Decrement(ref _asked);
            if (!TryTakeSeat())
                return;
            AskForTwo();
            DoChunks();
            if (Interlocked.Decrement(ref _gate) == 0)
            {
                lock (_finished)
                    Monitor.PulseAll(_finished);
            }
        }

        private void AskForTwo()
        {
            for (var asks = 0; asks < 2 && Volatile.Read(ref _unasked) > 0 && Interlocked.Decrement(ref _unasked) >= 0; asks++)
            {
                Interlocked.Increment(ref _asked);
                WorkerThreads.Ask(this, _helpers);
            }
        }

        private bool TryTakeSeat()
        {
            var gate = Volatile.Read(ref _gate);
            while (gate >= OneSeat)
            {
                var seen = Interlocked.CompareExchange(ref _gate, gate - OneSeat + 1, gate);
                if (seen == gate)
                    return true;
                gate = seen;
            }

            return false;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void DoChunks()
        {
            _inside = true;
            var (body, chunks) = (_body, _chunks); // apart from the counter, whose cache line all threads write
            try
            {
                for (long chunk = Draw(); chunk < chunks; chunk = Draw())
                    DoChunk(ref body, chunk);
            }
            finally
            {
                _inside = false;
            }
        }

        private long Draw() => Interlocked.Increment(ref _next) - 1;

        private void DoChunk(ref TBody body, long chunk)
        {
            if (Volatile.Read(ref _failure) is not null)
                return;
            try
            {
                body.Execute(chunk);
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            }
        }

        private void WaitForHelpers()
        {
            // The last chunks end soon after each other, and a caller that sleeps may be woken on its helper's processor: both would share it for the next loop.
            var start = Stopwatch.GetTimestamp();
            var interrupted = false;
            while (Volatile.Read(ref _gate) != 0)
            {
                if (Stopwatch.GetTimestamp() - start < s_spinTicks)
                {
                    Thread.SpinWait(8);
                    continue;
                }
                try
                {
                    lock (_finished)
                    {
                        while (Volatile.Read(ref _gate) != 0)
                            Monitor.Wait(_finished);
                    }
                }
                catch (ThreadInterruptedException)
                {
                    interrupted = true; // helpers still write: the caller hears of it when they are out
                }
            }

            if (interrupted)
                Thread.CurrentThread.Interrupt();
        }
    }
}
