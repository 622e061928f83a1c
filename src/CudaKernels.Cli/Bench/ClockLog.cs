using System.Text.Json.Nodes;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench;

/// <summary>What a GPU's clocks and power were between the rounds of a contest.</summary>
/// <param name="monitor">Tells them; null where nothing does.</param>
internal sealed class ClockLog(Func<GpuReading>? monitor)
{
    private readonly List<GpuReading> _readings = [];

    /// <summary>Adds a reading.</summary>
    public void Add()
    {
        if (monitor is not null)
        {
            _readings.Add(monitor());
        }
    }

    /// <summary>Medians, the lowest clock, and everything that held the clocks down but idleness, for between rounds nothing runs; null without readings.</summary>
    public JsonObject? ToJson() => _readings.Count == 0 ? null : new JsonObject
    {
        ["smMegahertz"] = Median(reading => reading.SmClock),
        ["smMegahertzLowest"] = _readings.Min(reading => reading.SmClock),
        ["memoryMegahertz"] = Median(reading => reading.MemoryClock),
        ["watts"] = Median(reading => reading.Watts),
        ["celsius"] = Median(reading => reading.Celsius),
        ["throttleReasons"] = Report.Array(Reasons().Select(reason => (JsonNode)$"{reason}")),
    };

    private double? Median(Func<GpuReading, double?> figure)
    {
        double[] known = [.. _readings.Select(figure).OfType<double>()];
        return known.Length == 0 ? null : Spread.MedianOf(known);
    }

    private IEnumerable<ThrottleReasons> Reasons() =>
        Enum.GetValues<ThrottleReasons>().Where(reason => reason is not (ThrottleReasons.None or ThrottleReasons.Idle) && _readings.Any(reading => reading.ThrottleReasons is { } held && held.HasFlag(reason)));
}
