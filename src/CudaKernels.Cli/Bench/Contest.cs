using System.Diagnostics;

namespace CudaKernels.Cli.Bench;

/// <summary>Several contestants that are timed in turns, so that a change of clock speed or a busy neighbour meets them alike.</summary>
/// <param name="contestants">Who takes part.</param>
internal sealed class Contest(params IReadOnlyList<Contestant> contestants)
{
    /// <summary>The rounds that there are at least.</summary>
    public const int FewestRounds = 5;

    private const double WakingMilliseconds = 20;
    private const double BudgetMilliseconds = 1200;

    // A GPU's own clock has less noise than a processor's threads, and time on one is dear.
    private const double GpuBudgetMilliseconds = 400;
    private const int MostRounds = 31;

    /// <summary>How long the first works without a pause before the rounds, for a device to reach the clock that it can sustain.</summary>
    public double HeatMilliseconds { get; init; }

    /// <summary>Called between the warm-up and the rounds.</summary>
    public Action BeforeRounds { get; init; } = () => { };

    /// <summary>Called after each round, when nobody works.</summary>
    public Action AfterRound { get; init; } = () => { };

    /// <summary>Gives the milliseconds per call of each.</summary>
    public Spread[] Measure()
    {
        var runs = contestants.Select(contestant => contestant.WarmUp()).ToArray();
        var samples = contestants.Select(_ => new List<double>()).ToArray();
        // After a rest processors sleep and caches are cold: whoever comes next would pay for that alone, with twice the time and more.
        var wakes = contestants.Any(contestant => contestant.Rest > TimeSpan.Zero);
        BeforeRounds();
        Heat(runs[0]);
        var budget = contestants.All(contestant => contestant.Clock.IsOfGpu) ? GpuBudgetMilliseconds : BudgetMilliseconds;
        // Rests do not count: a row with one would have the fewest rounds.
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < MostRounds && (round < FewestRounds || clock.Elapsed.TotalMilliseconds < budget); round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                if (wakes)
                {
                    contestants[i].Window(WakingMilliseconds);
                }

                samples[i].Add(contestants[i].Sample(runs[i]));
                clock.Stop();
                Thread.Sleep(contestants[i].Rest);
                clock.Start();
            }

            AfterRound();
        }

        return [.. samples.Select(Spread.Of)];
    }

    private void Heat(int runs)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMilliseconds < HeatMilliseconds)
        {
            contestants[0].Sample(runs);
        }
    }
}
