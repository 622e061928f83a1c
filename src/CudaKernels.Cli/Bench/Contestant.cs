using System.Diagnostics;
using System.Runtime;

namespace CudaKernels.Cli.Bench;

/// <summary>Something to time: the operation, a peer, or the copy that sets the limit.</summary>
/// <param name="Name">The name in the report.</param>
/// <param name="Run">One call.</param>
/// <param name="Finish">Waits until all calls so far are done.</param>
/// <param name="Rest">How long its threads go on spinning after a call, which would slow whoever comes next.</param>
internal sealed record Contestant(string Name, Action Run, Action Finish, TimeSpan Rest = default)
{
    private const double WarmUpMilliseconds = 200;

    // The runtime compiles again what was called often, on a thread of its own, when for 100 ms nothing new was called.
    private const double QuietMilliseconds = 250;

    // Its kernels are compiled whole at the first call.
    private const double GpuWarmUpMilliseconds = 40;
    private const double MostWarmUpMilliseconds = 3000;
    private const double StillShorter = 0.95;
    private const double SampleMilliseconds = 4;

    /// <summary>What measures a sample; the processor's clock by default.</summary>
    public SampleClock Clock { get; init; } = SampleClock.Processor;

    /// <summary>The calls of the operation that one <see cref="Run"/> makes: more than one for a graph of them.</summary>
    public int CallsPerRun { get; init; } = 1;

    /// <summary>The fewest runs of a sample: so many that all rounds together use each set of operands.</summary>
    public int LeastRuns { get; init; } = 1;

    /// <summary>The bytes that one call allocates on the managed heap, over all threads.</summary>
    public long AllocatedBytes()
    {
        // The fewest of three counts: the runtime's own threads allocate now and then.
        const int calls = 4;
        var fewest = long.MaxValue;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < calls; i++)
            {
                Run();
            }

            Finish();
            fewest = Math.Min(fewest, (GC.GetTotalAllocatedBytes(precise: true) - before) / calls);
        }

        return fewest;
    }

    /// <summary>
    /// Runs until calls get no shorter and, on the processor, the runtime compiles no more: a loop that it has not compiled to the end takes up
    /// to a hundred times as long, for as many equal calls as it takes to be noticed. Gives the calls that make one sample long enough for the clock.
    /// </summary>
    public int WarmUp()
    {
        // The first call compiles kernels, for seconds.
        Run();
        Finish();
        var clock = Stopwatch.StartNew();
        var (least, quiet) = Clock.IsOfGpu ? (GpuWarmUpMilliseconds, 0) : (WarmUpMilliseconds, QuietMilliseconds);
        var (compiled, lastCompilation) = (JitInfo.GetCompiledMethodCount(), 0.0);
        double call, before = double.PositiveInfinity;
        while (true)
        {
            call = Window(least / 2);
            var now = clock.Elapsed.TotalMilliseconds;
            if (JitInfo.GetCompiledMethodCount() is var count && count != compiled)
            {
                (compiled, lastCompilation) = (count, now);
            }

            if (now >= MostWarmUpMilliseconds || (now >= least && now - lastCompilation >= quiet && call > before * StillShorter))
            {
                break;
            }

            before = call;
        }

        Thread.Sleep(Rest);
        return (int)Math.Max(LeastRuns, Math.Ceiling(SampleMilliseconds / call));
    }

    /// <summary>Runs for some time; gives the milliseconds of a run, with the wait for it.</summary>
    public double Window(double milliseconds)
    {
        var clock = Stopwatch.StartNew();
        var calls = 0;
        do
        {
            Run();
            Finish();
            calls++;
        }
        while (clock.Elapsed.TotalMilliseconds < milliseconds);
        return clock.Elapsed.TotalMilliseconds / calls;
    }

    /// <summary>The milliseconds of a call of the operation, over so many runs.</summary>
    public double Sample(int runs) => Clock.Measure(
        () =>
        {
            for (var i = 0; i < runs; i++)
            {
                Run();
            }
        },
        Finish) / runs / CallsPerRun;
}
