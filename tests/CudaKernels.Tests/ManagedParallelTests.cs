namespace CudaKernels.Tests;

/// <summary>The managed device's parallel loop: each chunk once, on several threads, and what happens when one throws.</summary>
public sealed class ManagedParallelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 4)]
    [InlineData(7, 3)]
    [InlineData(1000, 2)]
    [InlineData(1000, 9)]
    public void EveryChunkRunsOnce(int chunks, int threads)
    {
        for (var repeat = 0; repeat < 50; repeat++)
        {
            var runs = new int[chunks];
            ManagedParallel.For(chunks, threads, new CountRuns(runs));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void AsManyThreadsWorkAtOnceAsAreAskedFor(int threads)
    {
        // No chunk ends before all have begun, so fewer threads would wait for ever.
        using var meeting = new Barrier(threads);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var repeat = 0; repeat < 20; repeat++)
        {
            ManagedParallel.For(threads, threads, new Meet(meeting, deadline.Token));
        }
    }

    [Fact]
    public void NoMoreThreadsWorkAtOnceThanAreAskedFor()
    {
        ManagedParallel.For(6, 6, new Rest());
        var peak = new Peak();
        ManagedParallel.For(200, 2, new Watch(peak));
        Assert.InRange(peak.Highest, 1, 2);
    }

    [Fact]
    public void CallersOnSeveralThreadsShareTheWorkers()
    {
        var callers = Enumerable.Range(0, 5).Select(_ => new Thread(() =>
        {
            for (var repeat = 0; repeat < 100; repeat++)
            {
                var runs = new int[64];
                ManagedParallel.For(runs.Length, 4, new CountRuns(runs));
                Assert.All(runs, count => Assert.Equal(1, count));
            }
        })).ToArray();
        Array.ForEach(callers, caller => caller.Start());
        Assert.All(callers, caller => Assert.True(caller.Join(TimeSpan.FromSeconds(120))));
    }

    [Fact]
    public void WhatAChunkThrowsComesOutWhenNoneRunsAnyMore()
    {
        var running = new Peak();
        var thrown = Assert.Throws<InvalidOperationException>(() => ManagedParallel.For(64, 3, new ThrowAt(running, 20)));
        Assert.Equal("chunk 20", thrown.Message);
        Assert.Equal(0, running.Now);

        var runs = new int[16];
        ManagedParallel.For(runs.Length, 3, new CountRuns(runs));
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Fact]
    public void ALoopWithinALoopRunsOnItsOwnThread()
    {
        var strangers = new Peak();
        ManagedParallel.For(8, 4, new Nested(strangers));
        Assert.Equal(0, strangers.Now);
    }

    [Fact]
    public void AnInterruptedCallerWaitsForItsHelpersFirst()
    {
        var running = new Peak();
        var stillRunning = -1;
        var interrupted = false;
        var caller = new Thread(() =>
        {
            try
            {
                ManagedParallel.For(2, 2, new LeaveOneBehind(running, Environment.CurrentManagedThreadId));
                stillRunning = running.Now;
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        });
        caller.Start();
        SpinWait.SpinUntil(() => running.Now == 1 && caller.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60));
        caller.Interrupt();
        Assert.True(caller.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, stillRunning);
        Assert.True(interrupted);
    }

    // The caller's chunk ends when the other one has begun, which goes on for a while.
    private readonly struct LeaveOneBehind(Peak running, int caller) : IParallelBody
    {
        public void Execute(long chunk)
        {
            if (Environment.CurrentManagedThreadId == caller)
            {
                // Without a wait that an interruption would end: it is meant for the wait for the other chunk.
                while (!Volatile.Read(ref running.Begun))
                {
                    Thread.Yield();
                }

                return;
            }

            running.Enter();
            Volatile.Write(ref running.Begun, true);
            Thread.Sleep(300);
            running.Leave();
        }
    }

    private readonly struct CountRuns(int[] runs) : IParallelBody
    {
        public void Execute(long chunk) => Interlocked.Increment(ref runs[chunk]);
    }

    private readonly struct Meet(Barrier meeting, CancellationToken deadline) : IParallelBody
    {
        public void Execute(long chunk) => meeting.SignalAndWait(deadline);
    }

    private readonly struct Rest : IParallelBody
    {
        public void Execute(long chunk) => Thread.Sleep(1);
    }

    private readonly struct Watch(Peak peak) : IParallelBody
    {
        public void Execute(long chunk)
        {
            peak.Enter();
            Thread.SpinWait(200);
            peak.Leave();
        }
    }

    private readonly struct ThrowAt(Peak running, long bad) : IParallelBody
    {
        public void Execute(long chunk)
        {
            running.Enter();
            try
            {
                Thread.SpinWait(200);
                if (chunk == bad)
                    throw new InvalidOperationException($"chunk {chunk}");
            }
            finally
            {
                running.Leave();
            }
        }
    }

    private readonly struct Nested(Peak strangers) : IParallelBody
    {
        public void Execute(long chunk) => ManagedParallel.For(16, 4, new SameThread(strangers, Environment.CurrentManagedThreadId));
    }

    private readonly struct SameThread(Peak strangers, int caller) : IParallelBody
    {
        public void Execute(long chunk)
        {
            if (Environment.CurrentManagedThreadId != caller)
                strangers.Enter();
        }
    }

    private sealed class Peak
    {
        public bool Begun;
        private int _now;
        private int _highest;

        public int Now => Volatile.Read(ref _now);

        public int Highest => Volatile.Read(ref _highest);

        public void Enter()
        {
            var now = Interlocked.Increment(ref _now);
            for (var seen = Highest; seen < now; seen = Highest)
            {
                Interlocked.CompareExchange(ref _highest, now, seen);
            }
        }

        public void Leave() => Interlocked.Decrement(ref _now);
    }
}
