using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench;

/// <summary>One measured line.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">The element type.</param>
/// <param name="Variant">The variant, empty for the only one.</param>
/// <param name="Shape">The size.</param>
/// <param name="Threads">The threads of the managed device; null on a GPU.</param>
/// <param name="Milliseconds">The median time of a call.</param>
/// <param name="Bytes">The fewest bytes that a call must move.</param>
/// <param name="Flops">The FLOPs of the textbook form; 0 where there are none.</param>
/// <param name="LimitMilliseconds">The time that the limit allows; null where no limit was measured.</param>
/// <param name="Limit">What set the limit: <c>copy</c> or <c>multiply-add</c>.</param>
/// <param name="AllocatedBytes">What a call allocates on the managed heap.</param>
/// <param name="Peers">The time of each peer divided by ours: above 1 we are faster.</param>
internal sealed record BenchRow(
    OpCase Operation, ElementKind Kind, string Variant, CaseShape Shape, int? Threads, double Milliseconds, double Bytes, double Flops,
    double? LimitMilliseconds, string? Limit, long AllocatedBytes, IReadOnlyDictionary<string, double> Peers)
{
    public double GigabytesPerSecond => Bytes / Milliseconds / 1e6;

    public double TeraflopsPerSecond => Flops / Milliseconds / 1e9;

    /// <summary>The time of the limit divided by ours.</summary>
    public double? LimitShare => LimitMilliseconds / Milliseconds;
}
