using System.Diagnostics;

namespace CudaKernels.Tests;

/// <summary>clang as a CUDA compiler, which reads a kernel as NVRTC would: without a toolkit, without a GPU, without any header.</summary>
internal sealed class FrontEndGate
{
    /// <summary>The newest first, for each knows architectures that those before it did not; sm_90a came with 17.</summary>
    private static readonly string[] s_candidates = ["clang++-22", "clang++-21", "clang++-20", "clang++-19", "clang++-18", "clang++-17", "clang++-16", "clang++-15", "clang++-14", "clang++"];
    private static readonly string[] s_architectures = ["sm_75", "sm_80", "sm_90a", "sm_100a", "sm_120"];
    private static readonly Lazy<FrontEndGate?> s_found = new(() => s_candidates.Where(candidate => Run(candidate, ["--version"]).ExitCode == 0).Select(candidate => new FrontEndGate(candidate)).FirstOrDefault());
    private readonly string _compiler;

    private FrontEndGate(string compiler)
    {
        _compiler = compiler;
        using var folder = new TemporaryKernels();
        var empty = folder.Write("empty.cu", "");
        Architectures = [.. s_architectures.Where(architecture => Check(folder.Path, empty, architecture) is null)];
    }

    /// <summary>The architectures that this clang knows.</summary>
    public IReadOnlyList<string> Architectures { get; }

    /// <summary>Finds clang, or skips the test; under CI=true its absence is a failure, and so is a clang that does not know sm_90a, for it would read half of the kernels' code.</summary>
    public static FrontEndGate Require()
    {
        var gate = s_found.Value;
        var isCi = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.False(gate is null && isCi, "the front-end gate needs clang++");
        Assert.SkipWhen(gate is null, $"no clang++ was found; tried {string.Join(", ", s_candidates)}");
        Assert.False(isCi && !gate!.Architectures.Contains("sm_90a"), $"{gate!._compiler} does not know sm_90a: the front-end gate needs clang 17 or newer");
        return gate;
    }

    /// <summary>Compiles a file for an architecture, to PTX that is thrown away; gives what clang objects to, or null.</summary>
    /// <remarks>
    /// The back end costs a third more than the front end alone and sees what that does not: an asm operand that must be a constant
    /// and is none. As NVRTC, and unlike clang by default, no host function may be called on the device for being constexpr.
    /// </remarks>
    public string? Check(string kernels, string file, string architecture)
    {
        var builtins = Path.Combine(AppContext.BaseDirectory, "Gate", "nvrtc_builtins.h");
        var (code, output) = Run(_compiler,
        [
            "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "-O0", "-S", "-o", OperatingSystem.IsWindows() ? "NUL" : "/dev/null", "-std=c++20", $"--cuda-gpu-arch={architecture}", "-Wno-unknown-cuda-version", "-Wno-pass-failed",
            "-Xclang", "-fno-cuda-host-device-constexpr", "-nostdinc", "-include", builtins, $"-I{kernels}", file,
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
