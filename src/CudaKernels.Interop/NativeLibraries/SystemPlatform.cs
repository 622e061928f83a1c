using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace CudaKernels.Interop;

/// <summary>The operating system that this process runs on.</summary>
internal sealed class SystemPlatform : NativePlatform
{
    private const string MemoryMap = "/proc/self/maps";

    /// <inheritdoc/>
    public override bool IsWindows => OperatingSystem.IsWindows();

    /// <inheritdoc/>
    public override bool IsArm64 => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <inheritdoc/>
    public override string ApplicationFolder => AppContext.BaseDirectory;

    /// <inheritdoc/>
    public override string? GetVariable(string name) => Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public override nint Load(string path, out string? reason)
    {
        try
        {
            reason = null;
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            reason = ShortReason(error.Message);
            return 0;
        }
    }

    /// <inheritdoc/>
    public override nint FindExport(nint library, string symbol) =>
        NativeLibrary.TryGetExport(library, symbol, out nint address) ? address : 0;

    /// <inheritdoc/>
    public override string? FileOf(nint address)
    {
        if (!IsWindows)
            return File.Exists(MemoryMap) ? FindMapping(File.ReadLines(MemoryMap), address) : null;
        using Process process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(m => address >= m.BaseAddress && address < m.BaseAddress + m.ModuleMemorySize)?.FileName;
    }

    /// <summary>The file mapped at an address, from lines such as "7f00-7f08 r-xp 00000000 08:01 42 /usr/lib/libx.so".</summary>
    internal static string? FindMapping(IEnumerable<string> lines, nint address)
    {
        foreach (string line in lines)
        {
            int dash = line.IndexOf('-');
            int space = line.IndexOf(' ');
            int file = line.IndexOf('/');
            if (dash > 0 && space > dash && file > space
                && nint.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint start)
                && nint.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint end)
                && address >= start && address < end)
            {
                return line[file..];
            }
        }

        return null;
    }

    // The runtime's message lists every spelling it tried; the system's own words about the name asked for come last.
    private static string ShortReason(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 ? lines[^1] : "the system's loader refused it";
    }
}
