using System.Globalization;

namespace CudaKernels;

/// <summary>How a device's memory is used, in bytes.</summary>
/// <param name="FreeBytes">Free on the whole device, all processes considered.</param>
/// <param name="TotalBytes">The device's memory.</param>
/// <param name="LiveBytes">Held by this device object's allocations.</param>
/// <param name="LiveAllocations">The number of these allocations.</param>
/// <param name="PoolReservedBytes">Taken by the memory pool from the device; 0 without a pool.</param>
/// <param name="PoolUsedBytes">Of these, in use.</param>
public readonly record struct MemoryFigures(ulong FreeBytes, ulong TotalBytes, ulong LiveBytes, int LiveAllocations, ulong PoolReservedBytes, ulong PoolUsedBytes)
{
    /// <summary>The figures as a sentence in MiB.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mebibytes(FreeBytes)} of {Mebibytes(TotalBytes)} are free on the device; {LiveAllocations} allocations of this process's device object hold {Mebibytes(LiveBytes)}; the pool reserves {Mebibytes(PoolReservedBytes)}, of which {Mebibytes(PoolUsedBytes)} are in use");

    private static string Mebibytes(ulong bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.###} MiB");
}
