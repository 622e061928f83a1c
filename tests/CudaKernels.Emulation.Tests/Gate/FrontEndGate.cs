using System.Diagnostics;

namespace CudaKernels.Tests;

/// <summary>clang's CUDA front end, which reads a kernel as NVRTC would: without a toolkit, without a GPU, without any header.</summary>
internal sealed class FrontEndGate
{
    private static readonly string[] s_candidates = ["clang++-19", "clang++-20", "clang++-18", "clang++-17", "clang++-16", "clang++-15", "clang++-14", "clang++"];
    private readonly string _compiler;

    private FrontEndGate(string compiler) => _compiler = compiler;

    public static Lazy<FrontEndGate?> Found { get; } = new(() => s_candidates.Where(candidate => Run(candidate, ["--version"]).ExitCode == 0).Select(candidate => new FrontEndGate(candidate)).FirstOrDefault());

    /// <summary>The architectures that this clang knows.</summary>
    public IReadOnlyList<string> Architectures { get; private set; } = [];

    /// <summary>Finds clang, or skips the test; under CI=true its absence is a failure.</summary>
    public static FrontEndGate Require()
    {
        var gate = Found.Value;
        Assert.False(gate is null && Environment.GetEnvironmentVariable("CI") == "true", "the front-end gate needs clang++");
        Assert.SkipWhen(gate is null, $"no clang++ was found; tried {string.Join(", ", s_candidates)}");
        if (gate!.Architectures.Count == 0)
        {
            using var folder = new TemporaryKernels();
            var empty = folder.Write("empty.cu", "");
            gate.Architectures = [.. ((string[])["sm_75", "sm_80", "sm_90a"]).Where(architecture => gate.Check(folder.Path, empty, architecture) is null)];
        }

        return gate;
    }

    /// <summary>Reads a file for an architecture; gives what clang objects to, or null.</summary>
    public string? Check(string kernels, string file, string architecture)
    {
        var builtins = Path.Combine(AppContext.BaseDirectory, "Gate", "nvrtc_builtins.h");
        var (code, output) = Run(_compiler,
        [
            "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "-fsyntax-only", "-std=c++20", $"--cuda-gpu-arch={architecture}", "-Wno-unknown-cuda-version", "-Wno-pass-failed",
            "-nostdinc", "-include", builtins, $"-I{kernels}", file,
        ]);
        return code == 0 ? null : output;
    }

    private static (int ExitCode, string Output) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (-1, exception.Message);
        }
    }
}

/// <summary>The embedded kernels in a temporary folder.</summary>
internal sealed class TemporaryKernels : IDisposable
{
    public TemporaryKernels()
    {
        foreach (var name in KernelSource.ResourcePaths)
        {
            Write(name, KernelSource.FromResource(name).Text);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("cudakernels-gate-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
