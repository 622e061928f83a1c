using System.Text.Json.Nodes;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench;

/// <summary>What one contest has measured of an operation.</summary>
/// <param name="Ours">The milliseconds of a call.</param>
/// <param name="Peers">The median time of each peer divided by ours: above 1 we are faster.</param>
/// <param name="Clocks">What the clocks were; null where nothing tells.</param>
internal sealed record BenchTimes(Spread Ours, IReadOnlyDictionary<string, double> Peers, JsonObject? Clocks)
{
    /// <summary>Adds the figures to a row's document.</summary>
    /// <param name="row">The document.</param>
    /// <param name="flops">The FLOPs of a call.</param>
    public JsonObject AddTo(JsonObject row, double flops)
    {
        row["milliseconds"] = Report.Number(Ours.Median);
        row["p10"] = Report.Number(Ours.Low);
        row["p90"] = Report.Number(Ours.High);
        row["samples"] = Ours.Samples;
        row["teraflopsPerSecond"] = Report.Number(flops / Ours.Median / 1e9);
        row["peers"] = new JsonObject(Peers.Select(peer => KeyValuePair.Create(peer.Key, Report.Number(peer.Value))));
        if (Clocks is not null)
        {
            row["clocks"] = Clocks.DeepClone();
        }

        return row;
    }
}
