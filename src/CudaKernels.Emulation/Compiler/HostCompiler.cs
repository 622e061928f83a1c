using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace CudaKernels.Emulation;

/// <summary>The C++ compiler of this machine, which builds the engine and the kernels of the software device.</summary>
internal sealed class HostCompiler
{
    private static readonly string[] s_candidates = ["g++", "clang++", "g++-14", "g++-13", "g++-12", "clang++-19", "clang++-18", "clang++-17", "clang++-16", "clang++-15", "clang++-14"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private HostCompiler(string path, string version)
    {
        Path = path;
        Version = version;
        IsClang = version.Contains("clang", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>The first line of what it says of itself.</summary>
    public string Version { get; }

    public bool IsClang { get; }

    /// <summary>Finds a compiler: the one that CXX names, else g++ or clang++ on the PATH.</summary>
    /// <param name="compiler">The compiler.</param>
    /// <param name="reason">What was tried, where there is none.</param>
    public static bool TryFind([NotNullWhen(true)] out HostCompiler? compiler, [NotNullWhen(false)] out string? reason)
    {
        compiler = null;
        if (OperatingSystem.IsWindows())
        {
            reason = "the software CUDA device is not available on Windows yet: it needs Linux with g++ or clang++";
            return false;
        }

        var chosen = Environment.GetEnvironmentVariable("CXX");
        string[] names = string.IsNullOrWhiteSpace(chosen) ? s_candidates : [chosen];
        foreach (var name in names)
        {
            if (TryRun(name, ["--version"], null, out var output))
            {
                compiler = new HostCompiler(name, output.Output.Split('\n')[0].Trim());
                reason = null;
                return true;
            }
        }

        reason = $"the software CUDA device compiles its engine and the kernels with the machine's C++ compiler, and none was found; tried {string.Join(", ", names)}"
            + (names.Length == 1 ? " (from CXX)" : " on the PATH. Install g++ or clang++, or name one in CXX");
        return false;
    }

    /// <summary>Runs the compiler in a folder; gives its exit code and all it wrote.</summary>
    public CompilerOutput Run(IEnumerable<string> arguments, string folder) =>
        TryRun(Path, arguments, folder, out var output) ? output : new CompilerOutput(-1, $"{Path} could not be started any more");

    private static bool TryRun(string program, IEnumerable<string> arguments, string? folder, [NotNullWhen(true)] out CompilerOutput? result)
    {
        result = null;
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        start.Environment["LC_ALL"] = "C"; // messages in one language, whatever the user's
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                result = new CompilerOutput(-1, $"{program} did not end within {s_patience}");
                return true;
            }

            result = new CompilerOutput(process.ExitCode, output + error.GetAwaiter().GetResult());
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program: the caller names it among those tried
        }
    }
}

/// <summary>What a run of the compiler gave.</summary>
internal sealed record CompilerOutput(int ExitCode, string Output);
