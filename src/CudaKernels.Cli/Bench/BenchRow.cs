using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Bench;

/// <summary>One line of the bench: what was measured, or why there is no time.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">The element type.</param>
/// <param name="Variant">The variant, empty for the only one.</param>
/// <param name="Shape">The size.</param>
/// <param name="Threads">The threads of the managed device; null on a GPU.</param>
internal sealed record BenchRow(OpCase Operation, ElementKind Kind, string Variant, CaseShape Shape, int? Threads)
{
    /// <summary>The times; null when the operation has failed.</summary>
    public BenchTimes? Times { get; init; }

    /// <summary>The same after some seconds of work without a pause; null where that was not asked for.</summary>
    public BenchTimes? Sustained { get; init; }

    /// <summary>A call in a graph of them, without what starting it costs; null where that is little.</summary>
    public BenchTimes? Graph { get; init; }

    /// <summary>Why there is no such graph; null where there is one or none was asked for.</summary>
    public string? GraphMissing { get; init; }

    /// <summary>The fewest bytes that a call must move.</summary>
    public double Bytes { get; init; }

    /// <summary>The FLOPs of the textbook form; 0 where there are none.</summary>
    public double Flops { get; init; }

    /// <summary>The time that the limit allows; null where no limit was measured.</summary>
    public double? LimitMilliseconds { get; init; }

    /// <summary>What set the limit: <c>copy</c> or <c>multiply-add</c>.</summary>
    public string? Limit { get; init; }

    /// <summary>How a call finds the L2 cache: <c>cold</c> or <c>hot</c>; null on devices without one.</summary>
    public string? Cache { get; init; }

    /// <summary>The sets of operands that took turns.</summary>
    public int Sets { get; init; } = 1;

    /// <summary>What a call allocates on the managed heap.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>How the result was judged; null where there was none.</summary>
    public BenchCheck? Check { get; init; }

    /// <summary>Why the operation has no time; null when it has one.</summary>
    public string? Failed { get; init; }

    /// <summary>Peers whose result was wrong, and how.</summary>
    public IReadOnlyDictionary<string, string> FailedPeers { get; init; } = new Dictionary<string, string>();

    /// <summary>Peers that the library would not compute, and its reason: nothing is wrong with the row.</summary>
    public IReadOnlyDictionary<string, string> RefusedPeers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether everything that was timed has computed the right thing.</summary>
    public bool IsRight => Failed is null && FailedPeers.Count == 0;

    public double? GigabytesPerSecond => Bytes / Times?.Ours.Median / 1e6;

    /// <summary>The time of the limit divided by ours.</summary>
    public double? LimitShare => LimitMilliseconds / Times?.Ours.Median;

    /// <summary>The operation, and its variant where there are several.</summary>
    public string Name => Operation.Variants.Count > 1 ? $"{Operation.Name} {Variant}" : Operation.Name;

    public JsonObject ToJson()
    {
        var row = new JsonObject
        {
            ["operation"] = Operation.Name,
            ["type"] = ElementTypes.ShortName(Kind),
            ["variant"] = Variant,
            ["shape"] = Report.Array(Shape.Lengths.Select(length => (JsonNode)(long)length)),
            ["threads"] = Threads,
            ["milliseconds"] = null,
            ["gigabytesPerSecond"] = GigabytesPerSecond is { } throughput ? Report.Number(throughput) : null,
            ["teraflopsPerSecond"] = null,
            ["limitShare"] = LimitShare is { } share ? Report.Number(share) : null,
            ["limit"] = Limit,
            ["allocatedBytes"] = AllocatedBytes,
            ["peers"] = new JsonObject(),
            ["l2"] = Cache,
            ["sets"] = Sets,
            ["verified"] = Check?.Failure is null ? Check?.ToJson() : null,
            ["failed"] = Failed,
            ["failedPeers"] = Reasons(FailedPeers),
            ["refusedPeers"] = Reasons(RefusedPeers),
        };
        Times?.AddTo(row, Flops);
        AddPart("sustained", Sustained);
        AddPart("graph", Graph);
        if (GraphMissing is not null)
        {
            row["graphMissing"] = GraphMissing;
        }

        return row;

        static JsonObject Reasons(IReadOnlyDictionary<string, string> peers) => new(peers.Select(peer => KeyValuePair.Create(peer.Key, (JsonNode?)peer.Value)));

        void AddPart(string name, BenchTimes? times)
        {
            if (times is not null)
            {
                row[name] = times.AddTo([], Flops);
            }
        }
    }
}
