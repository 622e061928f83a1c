namespace CudaKernels.Cli.Bench;

/// <summary>How operations are timed.</summary>
internal sealed record BenchOptions
{
    /// <summary>Whether library calls of a GPU are peers of the library's own kernels.</summary>
    public bool WithPeers { get; init; }

    /// <summary>The peer of the managed matrix product; null without peers.</summary>
    public OpenBlas? OpenBlas { get; init; }

    /// <summary>Which sets of operands take turns.</summary>
    public CacheTurns Turns { get; init; }

    /// <summary>Where the median of a call is less, it is timed in a graph too, without what starting it costs.</summary>
    public double GraphBelowMilliseconds { get; init; }

    /// <summary>How long what arithmetic bounds works before it is timed once more; 0 for never.</summary>
    public double SustainedMilliseconds { get; init; }

    /// <summary>What tells the clocks; null where nothing does.</summary>
    public GpuMonitor? Monitor { get; init; }

    /// <summary>For a device, as it is used.</summary>
    public static BenchOptions For(ComputeDevice device) => new() { Turns = CacheTurns.Of(device), GraphBelowMilliseconds = device is CudaDevice { Kind: DeviceKind.Cuda } ? 0.05 : 0 };
}
