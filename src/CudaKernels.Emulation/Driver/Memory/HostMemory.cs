using System.Globalization;

namespace CudaKernels.Emulation;

/// <summary>What the host can still give. Systems promise more memory than they have, and end a process that writes to it.</summary>
internal static class HostMemory
{
    private const nuint SmallestAsked = 1 << 20;
    private const int ShareOfRoom = 16;
    private const int LifeOfAnswer = 100; // milliseconds: others use memory too
    private static long s_granted;
    private static long s_end;

    /// <summary>
    /// Whether so many bytes can be written to; of small allocations nobody asks. An answer costs as much as the writing of some hundred KiB
    /// and holds for a share of the room that it found.
    /// </summary>
    public static bool HasRoom(nuint size)
    {
        if (size < SmallestAsked)
        {
            return true;
        }

        if (Environment.TickCount64 < Volatile.Read(ref s_end) && size <= (ulong)long.MaxValue && Interlocked.Add(ref s_granted, -(long)size) >= 0)
        {
            return true;
        }

        var room = Math.Min(Unused(), Available() ?? ulong.MaxValue);
        if (size > room)
        {
            return false;
        }

        Volatile.Write(ref s_granted, (long)Math.Min((room - size) / ShareOfRoom, long.MaxValue));
        Volatile.Write(ref s_end, Environment.TickCount64 + LifeOfAnswer);
        return true;
    }

    // What this process may still take of the memory of the machine, or of the container.
    private static ulong Unused()
    {
        var (total, used) = ((ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, (ulong)Environment.WorkingSet);
        return total == 0 ? ulong.MaxValue : total > used ? total - used : 0;
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
