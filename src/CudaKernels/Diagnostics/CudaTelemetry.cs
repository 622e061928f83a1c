using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CudaKernels;

/// <summary>The names under which this library reports to <c>System.Diagnostics</c>; nothing is measured while nobody listens.</summary>
/// <remarks>
/// Activities: <c>cuda.compile</c>, <c>cuda.module.load</c>. Metrics: <c>cudakernels.launches</c>, <c>cudakernels.allocations</c>,
/// <c>cudakernels.memory.live</c> (bytes), <c>cudakernels.copied</c> (bytes).
/// </remarks>
public static class CudaTelemetry
{
    /// <summary>The name of the activity source and of the meter: <c>CudaKernels</c>.</summary>
    public const string Name = "CudaKernels";

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);

    internal static Counter<long> Launches { get; } = Meter.CreateCounter<long>("cudakernels.launches", "{launch}", "Kernel launches");

    internal static Counter<long> Allocations { get; } = Meter.CreateCounter<long>("cudakernels.allocations", "{allocation}", "Allocations of device memory");

    internal static UpDownCounter<long> LiveMemory { get; } = Meter.CreateUpDownCounter<long>("cudakernels.memory.live", "By", "Device memory held");

    internal static Counter<long> Copied { get; } = Meter.CreateCounter<long>("cudakernels.copied", "By", "Bytes copied between host and device");
}
