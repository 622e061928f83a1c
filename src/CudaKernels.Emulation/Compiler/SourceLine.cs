using System.Diagnostics;
using System.Globalization;

namespace CudaKernels.Emulation;

/// <summary>A line of a source file.</summary>
/// <param name="File">The file as the program named it.</param>
/// <param name="Line">From 1.</param>
internal sealed record SourceLine(string File, int Line)
{
    private static readonly string[] s_tools = ["addr2line", "llvm-addr2line", "llvm-addr2line-19", "llvm-addr2line-14"];

    /// <summary>The line of each address: the innermost one outside the device's own headers. Addresses without a known line are left out.</summary>
    /// <param name="library">The shared object.</param>
    /// <param name="loadedAt">Where it was loaded.</param>
    /// <param name="addresses">Addresses in its code.</param>
    public static IReadOnlyDictionary<ulong, SourceLine> Find(byte[] library, nuint loadedAt, IReadOnlyCollection<ulong> addresses)
    {
        var lines = new Dictionary<ulong, SourceLine>();
        if (addresses.Count == 0)
        {
            return lines;
        }

        var path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(path, library);
            foreach (var tool in s_tools)
            {
                if (Run(tool, path, addresses.Select(address => address - loadedAt)) is { } output)
                {
                    Read(output, loadedAt, lines);
                    break;
                }
            }
        }
        finally
        {
            System.IO.File.Delete(path);
        }

        return lines;
    }

    // Groups of lines: an address, then a frame a line from the innermost outwards.
    private static void Read(string output, nuint loadedAt, Dictionary<ulong, SourceLine> lines)
    {
        var address = 0UL;
        foreach (var line in output.Split('\n'))
        {
            if (line.StartsWith("0x", StringComparison.Ordinal))
            {
                address = ulong.Parse(line.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) + loadedAt;
            }
            else if (Parse(line) is { } found)
            {
                lines.TryAdd(address, found);
            }
        }
    }

    private static SourceLine? Parse(string frame)
    {
        var text = frame.Split(" (", 2)[0];
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line) || line == 0)
        {
            return null;
        }

        // The program's own files have relative names; the device's headers and the system's have not.
        var file = text[..colon];
        file = file.StartsWith("./", StringComparison.Ordinal) ? file[2..].Replace("/./", "/", StringComparison.Ordinal) : file;
        file = file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;
        // A wrapper of an instruction is the instruction: its mistakes are the caller's.
        return Path.IsPathRooted(file) || file.StartsWith("common/ptx/", StringComparison.Ordinal) || file == "ck_unit.cpp" || file.StartsWith("name expression", StringComparison.Ordinal) ? null : new SourceLine(file, line);
    }

    private static string? Run(string tool, string path, IEnumerable<ulong> offsets)
    {
        try
        {
            var start = new ProcessStartInfo(tool, ["-a", "-i", "-e", path, .. offsets.Select(offset => "0x" + offset.ToString("x", CultureInfo.InvariantCulture))]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // not installed: another name is tried, and without any the reports have no lines
        }
    }
}
