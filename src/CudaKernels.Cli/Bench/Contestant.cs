using System.Diagnostics;

namespace CudaKernels.Cli.Bench;

/// <summary>Something to time: the operation, a peer, or the copy that sets the limit.</summary>
/// <param name="Name">The name in the report.</param>
/// <param name="Run">One call.</param>
/// <param name="Finish">Waits until all calls so far are done.</param>
/// <param name="Rest">How long its threads go on spinning after a call, which would slow whoever comes next.</param>
internal sealed record Contestant(string Name, Action Run, Action Finish, TimeSpan Rest = default)
{
    private const double WarmUpMilliseconds = 200;
    private const double MostWarmUpMilliseconds = 1000;
    private const double StillShorter = 0.95;
    private const double SampleMilliseconds = 4;
    private const double WakingMilliseconds = 20;
    private const double BudgetMilliseconds = 1200;
    private const int FewestRounds = 5;
    private const int MostRounds = 31;

    /// <summary>What measures a sample; the processor's clock by default.</summary>
    public SampleClock Clock { get; init; } = SampleClock.Processor;

    /// <summary>Times all in turns, so that a change of clock speed or a busy neighbour meets them alike; gives the median milliseconds per call of each.</summary>
    public static double[] Measure(IReadOnlyList<Contestant> contestants)
    {
        var calls = contestants.Select(contestant => contestant.WarmUp()).ToArray();
        var samples = contestants.Select(_ => new List<double>()).ToArray();
        // After a rest processors sleep and caches are cold: whoever comes next would pay for that alone, with twice the time and more.
        var wakes = contestants.Any(contestant => contestant.Rest > TimeSpan.Zero);
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < MostRounds && (round < FewestRounds || clock.Elapsed.TotalMilliseconds < BudgetMilliseconds); round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                if (wakes)
                {
                    contestants[i].Window(WakingMilliseconds);
                }

                samples[i].Add(contestants[i].Sample(calls[i]));
                Thread.Sleep(contestants[i].Rest);
            }
        }

        return [.. samples.Select(Median)];
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

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

    // Runs until calls get no shorter: compiled code comes in steps, while a thread of the runtime has time for it. Gives the calls that
    // make one sample long enough for the clock.
    private int WarmUp()
    {
        var clock = Stopwatch.StartNew();
        double call, before = double.PositiveInfinity;
        while (true)
        {
            call = Window(WarmUpMilliseconds / 2);
            if (clock.Elapsed.TotalMilliseconds >= MostWarmUpMilliseconds || (clock.Elapsed.TotalMilliseconds >= WarmUpMilliseconds && call > before * StillShorter))
            {
                break;
            }

            before = call;
        }

        Thread.Sleep(Rest);
        return (int)Math.Max(1, Math.Ceiling(SampleMilliseconds / call));
    }

    // The milliseconds of a call, over so many milliseconds of them.
    private double Window(double milliseconds)
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

    private double Sample(int calls) => Clock.Measure(
        () =>
        {
            for (var i = 0; i < calls; i++)
            {
                Run();
            }
        },
        Finish) / calls;
}
