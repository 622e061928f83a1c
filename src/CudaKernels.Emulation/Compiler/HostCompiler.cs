using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace CudaKernels.Emulation;

/// <summary>The C++ compiler of this machine, which builds the engine and the kernels of the software device.</summary>
internal sealed class HostCompiler
{
    private static readonly string[] s_candidates = ["g++", "clang++", "g++-14", "g++-13", "g++-12", "clang++-19", "clang++-18", "clang++-17", "clang++-16", "clang++-15", "clang++-14"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly TimeSpan _patience;
    private readonly string[] _words;

    private HostCompiler(string path, string[] words, string version, TimeSpan patience)
    {
        Path = path;
        _words = words;
        Version = version;
        IsClang = version.Contains("clang", StringComparison.OrdinalIgnoreCase);
        _patience = patience;
    }

    /// <summary>The program, and the arguments that stand before all others, such as <c>ccache g++</c>.</summary>
    public string Path { get; }

    /// <summary>The first line of what it says of itself.</summary>
    public string Version { get; }

    public bool IsClang { get; }

    /// <summary>Finds a compiler: the one that CXX names, else g++ or clang++ on the PATH.</summary>
    /// <param name="compiler">The compiler.</param>
    /// <param name="reason">What was tried, where there is none.</param>
    public static bool TryFind([NotNullWhen(true)] out HostCompiler? compiler, [NotNullWhen(false)] out string? reason) =>
        TryFind(Environment.GetEnvironmentVariable("CXX"), s_patience, out compiler, out reason);

    /// <summary>Finds a compiler.</summary>
    /// <param name="chosen">The value of CXX, a program or one with arguments; empty looks for g++ or clang++ on the PATH.</param>
    /// <param name="patience">How long one run may take; a run that takes longer is ended with all that it started, and counts as failed.</param>
    /// <param name="compiler">The compiler.</param>
    /// <param name="reason">What was tried, where there is none.</param>
    public static bool TryFind(string? chosen, TimeSpan patience, [NotNullWhen(true)] out HostCompiler? compiler, [NotNullWhen(false)] out string? reason)
    {
        compiler = null;
        if (OperatingSystem.IsWindows())
        {
            reason = "the software CUDA device is not available on Windows yet: it needs Linux with g++ or clang++";
            return false;
        }

        string[] names = string.IsNullOrWhiteSpace(chosen) ? s_candidates : [chosen];
        var tried = new List<string>();
        foreach (var name in names)
        {
            var words = Words(name);
            if (!TryRun(words, ["--version"], null, patience, out var output))
            {
                tried.Add(name);
            }
            else if (output.ExitCode != 0)
            {
                tried.Add($"{name} (--version: {FirstLine(output.Output)}, exit code {output.ExitCode})");
            }
            else
            {
                compiler = new HostCompiler(name, words, FirstLine(output.Output), patience);
                reason = null;
                return true;
            }
        }

        reason = $"the software CUDA device compiles its engine and the kernels with the machine's C++ compiler, and none was found; tried {string.Join(", ", tried)}"
            + (names.Length == 1 ? " (from CXX)" : " on the PATH. Install g++ or clang++, or name one in CXX");
        return false;
    }

    /// <summary>Runs the compiler in a folder; gives its exit code and all it wrote.</summary>
    public CompilerOutput Run(IEnumerable<string> arguments, string folder) =>
        TryRun(_words, arguments, folder, _patience, out var output) ? output : new CompilerOutput(-1, $"{Path} could not be started any more");

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    // As a shell and make take CXX, but that the path of a file is one word whatever blanks it has.
    private static string[] Words(string name) => File.Exists(name) ? [name] : name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool TryRun(string[] words, IEnumerable<string> arguments, string? folder, TimeSpan patience, [NotNullWhen(true)] out CompilerOutput? result)
    {
        result = null;
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        start.Environment["LC_ALL"] = "C"; // messages in one language, whatever the user's
        foreach (var argument in words[1..].Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            result = Watch(process, string.Join(' ', words), patience);
            return true;
        }
        catch (System.ComponentModel.Win32Exception) when (process is null)
        {
            return false; // no such program: the caller names it among those tried
        }
        finally
        {
            process?.Dispose();
        }
    }

    // Both pipes are read by threads of their own: one left unread fills and stops the compiler, and a compiler that hangs keeps
    // both open, so no read may come before the wait that is bounded. The thread pool may be busy with callers who wait here.
    private static CompilerOutput Watch(Process process, string program, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        var output = ReadAll(process.StandardOutput);
        var error = ReadAll(process.StandardError);
        if (Task.WaitAll([output, error], patience) && process.WaitForExit(Rest(patience, watch)))
        {
            return new CompilerOutput(process.ExitCode, output.Result + error.Result);
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception failure) when (failure is AggregateException or System.ComponentModel.Win32Exception)
        {
            return new CompilerOutput(-1, $"{program} did not end within {patience}, and could not be ended: {failure.Message}");
        }

        return new CompilerOutput(-1, $"{program} did not end within {patience} and was ended");
    }

    private static TimeSpan Rest(TimeSpan patience, Stopwatch watch) => patience > watch.Elapsed ? patience - watch.Elapsed : TimeSpan.Zero;

    private static Task<string> ReadAll(StreamReader reader) =>
        Task.Factory.StartNew(reader.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}

/// <summary>What a run of the compiler gave.</summary>
internal sealed record CompilerOutput(int ExitCode, string Output);
