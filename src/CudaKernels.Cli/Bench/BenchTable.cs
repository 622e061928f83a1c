namespace CudaKernels.Cli.Bench;

/// <summary>The rows of the bench for people.</summary>
internal static class BenchTable
{
    public static (string[] Headings, IReadOnlyList<string>[] Cells) Of(IReadOnlyList<BenchRow> rows)
    {
        string[] peers = [.. rows.SelectMany(row => (row.Times?.Peers.Keys ?? []).Concat(row.FailedPeers.Keys).Concat(row.RefusedPeers.Keys)).Distinct()];
        string[] optional = [.. rows.Any(row => row.Cache is not null) ? ["L2"] : (string[])[], .. rows.Any(row => row.Graph is not null || row.GraphMissing is not null) ? ["ms in a graph"] : (string[])[], .. rows.Any(row => row.Sustained is not null) ? ["ms sustained"] : (string[])[]];
        return (
            ["operation", "type", "shape", "ms", "10 % - 90 %", "samples", "GB/s", "TFLOP/s", "of limit", "allocated", .. optional, .. peers.Select(peer => $"vs {peer}")],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. Cells(row), .. optional.Select(column => Optional(row, column)), .. peers.Select(peer => Peer(row, peer))])]);
    }

    private static IEnumerable<string> Cells(BenchRow row) => row.Times is { Ours: var ours }
        ?
        [
            row.Name, ElementTypes.ShortName(row.Kind), $"{row.Shape}", $"{ours.Median:G4}", $"{ours.Low:G4} - {ours.High:G4}", $"{ours.Samples}", $"{row.GigabytesPerSecond:F1}",
            $"{row.Flops / ours.Median / 1e9:F4}", row.LimitShare is { } share ? $"{share:P0}" : "", $"{row.AllocatedBytes} B",
        ]
        : [row.Name, ElementTypes.ShortName(row.Kind), $"{row.Shape}", $"FAILED: {row.Failed}", "", "", "", "", "", ""];

    private static string Optional(BenchRow row, string column) => column switch
    {
        "L2" => row.Cache ?? "",
        "ms sustained" => row.Sustained is { } sustained ? $"{sustained.Ours.Median:G4}" : "",
        _ => row.Graph is { } graph ? $"{graph.Ours.Median:G4}" : row.GraphMissing is { } reason ? $"none: {reason}" : "",
    };

    private static string Peer(BenchRow row, string peer) =>
        row.FailedPeers.TryGetValue(peer, out var failure) ? $"FAILED: {failure}"
        : row.RefusedPeers.TryGetValue(peer, out var reason) ? $"none: {reason}"
        : row.Times is { } times && times.Peers.TryGetValue(peer, out var ratio) ? $"{ratio:F2}x" : "";
}
