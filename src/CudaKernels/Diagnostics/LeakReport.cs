using System.Globalization;
using System.Text;

namespace CudaKernels;

/// <summary>An allocation that is still held.</summary>
/// <param name="Address">Where it is on the device, or on the host for pinned memory.</param>
/// <param name="ByteCount">Its size.</param>
/// <param name="IsPinned">Whether it is pinned host memory.</param>
/// <param name="Site">The stack at the allocation; null unless <see cref="CudaDeviceOptions.Debug"/> was set.</param>
public sealed record LiveAllocation(ulong Address, ulong ByteCount, bool IsPinned, string? Site);

/// <summary>What a device holds at one moment, the largest first.</summary>
/// <param name="Allocations">The allocations.</param>
/// <param name="Resources">
/// The number of streams, events, modules and graphs that exist, by kind: those that are not disposed, and the device's own (its default stream,
/// the events that order its streams, the kernels of its operations).
/// </param>
public sealed record LeakReport(IReadOnlyList<LiveAllocation> Allocations, IReadOnlyDictionary<string, int> Resources)
{
    /// <summary>The bytes of all allocations.</summary>
    public ulong ByteCount => Allocations.Aggregate(0UL, (sum, allocation) => sum + allocation.ByteCount);

    /// <summary>The report as text, one allocation per line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Allocations.Count} allocations hold {ByteCount} bytes");
        foreach (var (kind, count) in Resources)
            text.Append(CultureInfo.InvariantCulture, $"; {kind}: {count}");
        foreach (var allocation in Allocations)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  0x{allocation.Address:x}: {allocation.ByteCount} bytes{(allocation.IsPinned ? ", pinned" : "")}");
            if (allocation.Site is { } site)
                text.AppendLine().Append(site.TrimEnd());
        }

        return text.ToString();
    }
}
