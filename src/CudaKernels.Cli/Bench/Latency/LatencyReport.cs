using System.Diagnostics;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary><c>bench --latency</c>: what starting work costs.</summary>
internal static class LatencyReport
{
    private static readonly string[] s_headings = ["measurement", "variant", "kernels", "median", "10 %", "90 %", "samples", "allocated", "peer's time / ours"];

    /// <summary>Measures and shows; gives the exit code.</summary>
    /// <param name="pattern">Which measurements; null for all.</param>
    /// <param name="deviceName">The device, as the command line names it.</param>
    /// <param name="markdown">A file for the table; null for none.</param>
    /// <param name="json">One JSON document instead of a table.</param>
    public static int Run(string? pattern, string deviceName, string? markdown, bool json)
    {
        var clock = Stopwatch.StartNew();
        var cases = LatencyCases.Matching(pattern);
        if (cases.Length == 0)
        {
            throw new UsageException($"no measurement matches '{pattern}'; there are {string.Join(", ", LatencyCases.All.Select(one => one.Operation).Distinct())}");
        }

        using var device = DeviceChoice.Open(deviceName);
        using var lab = new LatencyLab(device, deviceName);
        var rows = new List<LatencyRow>();
        Report.WithProgress(json, "measuring", cases.Length, step =>
        {
            foreach (var one in cases)
            {
                rows.Add(one.Measure(lab));
                step(rows[^1].Name);
            }
        });
        var note = $"{device.Id} ({device.Name}), times of a call; queued-kernel: the device's time for each of 200 kernels that wait for it complete, one after the other";
        if (markdown is not null)
        {
            MarkdownTable.Save(markdown, s_headings, rows.Select(Cells), note);
        }

        if (json)
        {
            Report.Json(new JsonObject
            {
                ["device"] = device.Id,
                ["name"] = device.Name,
                ["rows"] = Report.Array(rows.Select(Describe)),
                ["seconds"] = clock.Elapsed.TotalSeconds,
            });
        }
        else
        {
            Report.Table(s_headings, rows.Select(Cells));
            Console.WriteLine(note);
        }

        return rows.All(row => row.Failed is null) ? ExitCode.Success : ExitCode.Failed;
    }

    private static IReadOnlyList<string> Cells(LatencyRow row)
    {
        var reason = row.NotMeasured is { } lacking ? $"not measured: {lacking}" : row.Failed is { } failure ? $"FAILED: {failure}" : null;
        return
        [
            row.Operation, row.Variant, $"{row.Kernels}", Text(row.Time?.Median), Text(row.Time?.Low), Text(row.Time?.High), $"{row.Time?.Samples}",
            row.AllocatedBytes is { } bytes ? $"{bytes} B" : "", reason ?? string.Join(", ", row.Peers.Select(peer => $"{peer.Key} {peer.Value:F2}x")),
        ];

        static string Text(double? milliseconds) => milliseconds is { } time ? Spread.Text(time) : "";
    }

    // The keys of every bench row first, null where a launch has no such thing.
    private static JsonObject Describe(LatencyRow row) => new()
    {
        ["operation"] = row.Operation,
        ["type"] = null,
        ["variant"] = row.Variant,
        ["shape"] = row.Kernels is { } kernels ? new JsonArray(kernels) : [],
        ["threads"] = null,
        ["milliseconds"] = Number(row.Time?.Median),
        ["gigabytesPerSecond"] = null,
        ["teraflopsPerSecond"] = null,
        ["limitShare"] = null,
        ["allocatedBytes"] = row.AllocatedBytes,
        ["peers"] = new JsonObject(row.Peers.Select(peer => KeyValuePair.Create(peer.Key, Report.Number(peer.Value)))),
        ["percentile10"] = Number(row.Time?.Low),
        ["percentile90"] = Number(row.Time?.High),
        ["samples"] = row.Time?.Samples,
        ["notMeasured"] = row.NotMeasured,
        ["failed"] = row.Failed,
    };

    private static JsonNode? Number(double? value) => value is { } number ? Report.Number(number) : null;
}
