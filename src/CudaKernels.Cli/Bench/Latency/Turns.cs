using System.Diagnostics;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>How often contestants take turns.</summary>
/// <param name="WarmUpMilliseconds">Turns before the first that counts: compiled code comes in steps.</param>
/// <param name="BudgetMilliseconds">After so long no further round is begun.</param>
/// <param name="FewestRounds">Rounds that take place whatever they cost.</param>
/// <param name="MostRounds">The most rounds.</param>
internal sealed record Turns(double WarmUpMilliseconds, double BudgetMilliseconds, int FewestRounds, int MostRounds)
{
    /// <summary>For calls of microseconds.</summary>
    public static Turns OfCalls { get; } = new(500, 1500, 11, 201);

    /// <summary>For compilations, which have nothing to warm up.</summary>
    public static Turns OfCompilations { get; } = new(0, 4000, 1, 5);

    /// <summary>For processes.</summary>
    public static Turns OfProcesses { get; } = new(0, 4000, 3, 11);

    /// <summary>Takes samples in turns, so that a change of clock speed or a busy neighbour meets all alike.</summary>
    /// <param name="samples">Each gives the milliseconds of a call.</param>
    public Spread[] Measure(IReadOnlyList<Func<double>> samples)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMilliseconds < WarmUpMilliseconds)
        {
            foreach (var sample in samples)
            {
                sample();
            }
        }

        clock.Restart();
        var taken = samples.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < MostRounds && (round < FewestRounds || clock.Elapsed.TotalMilliseconds < BudgetMilliseconds); round++)
        {
            // To and fro: who comes after whom makes a difference where calls are short.
            for (var i = 0; i < samples.Count; i++)
            {
                var turn = round % 2 == 0 ? i : samples.Count - 1 - i;
                taken[turn].Add(samples[turn]());
            }
        }

        return [.. taken.Select(Spread.Of)];
    }
}
