namespace CudaKernels.Cli.Bench.Latency;

/// <summary>One line of <c>bench --latency</c>.</summary>
/// <param name="Operation">What was measured, such as <c>launch</c>.</param>
/// <param name="Variant">In which form.</param>
internal sealed record LatencyRow(string Operation, string Variant)
{
    /// <summary>The time of one call; null when it was not measured.</summary>
    public Spread? Time { get; init; }

    /// <summary>The kernels that were given at a time; null where none are.</summary>
    public int? Kernels { get; init; }

    /// <summary>What a call allocates on the managed heap; null where that is no matter.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>The time of each peer divided by ours: above 1 we are faster.</summary>
    public IReadOnlyDictionary<string, double> Peers { get; init; } = new Dictionary<string, double>();

    /// <summary>Why it cannot be measured here.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>What went wrong.</summary>
    public string? Failed { get; init; }

    /// <summary>The name that a pattern is compared with.</summary>
    public string Name => $"{Operation} {Variant}";
}
