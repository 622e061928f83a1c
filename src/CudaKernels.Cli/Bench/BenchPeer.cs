namespace CudaKernels.Cli.Bench;

/// <summary>Another library's call, timed beside ours and judged as ours is.</summary>
/// <param name="Contestant">The call.</param>
/// <param name="Poison">Spoils its result before it is timed.</param>
/// <param name="Failure">What is wrong with its result after it was timed; null for nothing.</param>
/// <param name="Owner">What it holds.</param>
internal sealed record BenchPeer(Contestant Contestant, Action Poison, Func<string?> Failure, IDisposable Owner) : IDisposable
{
    public void Dispose() => Owner.Dispose();
}
