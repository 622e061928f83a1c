namespace CudaKernels.Tests;

public sealed class ManagedGemmParallelTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 7)]
    [InlineData(3, 64)]
    public void EveryChunkRunsOnce(long chunks, int threads)
    {
        var counts = new int[chunks];
        ManagedParallel.For(chunks, threads, new Count(counts));
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void NestedLoopsRunInline()
    {
        var counts = new int[64];
        ManagedParallel.For(8, 4, new Nested(counts));
        Assert.All(counts, count => Assert.Equal(1, count));
        Assert.False(ManagedParallel.IsInside);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AnExceptionReachesTheCallerAndTheNextLoopRuns(int threads)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => ManagedParallel.For(100, threads, new Fail()));
        Assert.Equal("chunk 37", failure.Message);
        EveryChunkRunsOnce(100, threads);
    }

    [Fact]
    public void ManyCallersAtOnceAllFinish()
    {
        var threads = new Thread[8];
        var counts = new int[threads.Length][];
        for (int i = 0; i < threads.Length; i++)
        {
            var mine = counts[i] = new int[50];
            threads[i] = new Thread(() =>
            {
                for (int repeat = 0; repeat < 200; repeat++)
                    ManagedParallel.For(mine.Length, 4, new Count(mine));
            });
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
        Assert.All(counts, mine => Assert.All(mine, count => Assert.Equal(200, count)));
    }

    [Fact]
    public void OneThreadAllocatesNothing()
    {
        var counts = new int[10];
        ManagedParallel.For(counts.Length, 1, new Count(counts));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ManagedParallel.For(counts.Length, 1, new Count(counts));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void InvalidCallsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ManagedParallel.For(-1, 1, new Fail()));
        Assert.Throws<ArgumentOutOfRangeException>(() => ManagedParallel.For(1, 0, new Fail()));
    }

    private readonly struct Count(int[] counts) : IParallelBody
    {
        public void Execute(long chunk) => Interlocked.Increment(ref counts[chunk]);
    }

    private readonly struct Nested(int[] counts) : IParallelBody
    {
        public void Execute(long chunk)
        {
            int thread = Environment.CurrentManagedThreadId;
            ManagedParallel.For(8, 4, new Inner(counts, chunk * 8, thread));
        }
    }

    private readonly struct Inner(int[] counts, long offset, int thread) : IParallelBody
    {
        public void Execute(long chunk)
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Interlocked.Increment(ref counts[offset + chunk]);
        }
    }

    private readonly struct Fail : IParallelBody
    {
        public void Execute(long chunk)
        {
            if (chunk == 37)
                throw new InvalidOperationException("chunk 37");
        }
    }
}
