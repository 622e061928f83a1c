using System.Globalization;

namespace CudaKernels.Emulation;

/// <summary>What the host can still give. Systems promise more memory than they have, and end a process that writes to it.</summary>
internal static class HostMemory
{
    private const nuint SmallestAsked = 1 << 20;

    /// <summary>Whether so many bytes can be written to; of small allocations nobody asks.</summary>
    public static bool HasRoom(nuint size)
    {
        if (size < SmallestAsked)
        {
            return true;
        }

        // The memory of the machine, or of the container.
        var total = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return (total == 0 || size + (UInt128)(ulong)Environment.WorkingSet <= total) && (Available() is not { } available || size <= available);
    }

    private static ulong? Available()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            foreach (var line in File.ReadLines("/proc/meminfo"))
            {
                if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
                {
                    return ulong.Parse(line.AsSpan("MemAvailable:".Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            // A system without the file says nothing.
        }

        return null;
    }
}
