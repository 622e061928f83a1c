namespace CudaKernels.Cli.Bench.Latency;

/// <summary>What is timed in turns for one row.</summary>
/// <param name="ours">A sample of ours: the milliseconds of a call.</param>
/// <param name="turns">How often.</param>
internal sealed class LatencyContest(Func<double> ours, Turns turns) : IDisposable
{
    public Func<double> Ours { get; } = ours;

    public Turns Turns { get; } = turns;

    /// <summary>What else is timed beside it.</summary>
    public IReadOnlyList<(string Name, Func<double> Sample)> Peers { get; init; } = [];

    /// <summary>The kernels that are given at a time.</summary>
    public int? Kernels { get; init; }

    /// <summary>Tells what a call allocates.</summary>
    public Func<long>? AllocatedBytes { get; init; }

    /// <summary>Refuses the times when what was timed has computed something wrong.</summary>
    public Action Verify { get; init; } = () => { };

    /// <summary>What it holds.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];

    public void Dispose()
    {
        foreach (var one in Owned)
        {
            one.Dispose();
        }
    }
}
