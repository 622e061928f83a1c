using System.ComponentModel;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>One thing to measure, whether or not this machine can.</summary>
/// <param name="Operation">What, such as <c>launch</c>.</param>
/// <param name="Variant">In which form.</param>
/// <param name="Missing">What the device lacks for it; null for nothing.</param>
/// <param name="Start">Makes it ready.</param>
internal sealed record LatencyCase(string Operation, string Variant, Func<LatencyLab, string?> Missing, Func<LatencyLab, LatencyContest> Start)
{
    /// <summary>Measures it, or tells why not. An error becomes part of the row, so that the rest is measured still.</summary>
    public LatencyRow Measure(LatencyLab lab)
    {
        var row = new LatencyRow(Operation, Variant);
        try
        {
            if (Missing(lab) is { } reason)
            {
                return row with { NotMeasured = reason };
            }

            using var contest = Start(lab);
            var times = contest.Turns.Measure([contest.Ours, .. contest.Peers.Select(peer => peer.Sample)]);
            contest.Verify();
            return row with
            {
                Time = times[0],
                Kernels = contest.Kernels,
                AllocatedBytes = contest.AllocatedBytes?.Invoke(),
                Peers = contest.Peers.Select((peer, i) => (peer.Name, Ratio: times[i + 1].Median / times[0].Median)).ToDictionary(peer => peer.Name, peer => peer.Ratio),
            };
        }
        catch (Exception failure) when (failure is CudaException or CudaLibraryNotFoundException or InvalidDataException or IOException or Win32Exception)
        {
            return row with { Failed = failure.Message };
        }
    }
}
