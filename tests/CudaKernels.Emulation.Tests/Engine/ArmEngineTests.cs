using System.Diagnostics;
using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>The engine on Arm: compiled by a cross compiler and run by QEMU's user mode, where both are installed.</summary>
public sealed class ArmEngineTests
{
    private const string Compiler = "aarch64-linux-gnu-g++";
    private const string Emulator = "qemu-aarch64";
    private const string SystemRoot = "/usr/aarch64-linux-gnu";

    [Fact]
    public void SwitchesThreadsAndSurvivesFaults()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        Assert.SkipUnless(Runs(Emulator) && HostCompiler.TryFind(Compiler, TimeSpan.FromMinutes(5), out _, out _) && Directory.Exists(SystemRoot), $"the engine runs on Arm where {Compiler} and {Emulator} are installed (Debian: g++-aarch64-linux-gnu, qemu-user)");
        Assert.True(HostCompiler.TryFind(Compiler, TimeSpan.FromMinutes(5), out var compiler, out reason), reason);
        var engine = NativeRuntime.Instance.Folder;
        var sources = Path.Combine(AppContext.BaseDirectory, "Engine", "Arm");
        var folder = Directory.CreateTempSubdirectory("cudakernels-arm-").FullName;
        try
        {
            var objects = EngineFolder.Compile(compiler, folder, [.. EngineFolder.EngineFlags, "-DCKRT_ARENA_SPAN=(256ull<<20)", $"-I{engine.Path}"], engine.Units);
            var linked = EngineFolder.Link(compiler, folder, objects, "libckrt.so");
            Assert.True(linked.ExitCode == 0, linked.Output);
            File.WriteAllText(Path.Combine(folder, "kernels.cpp"), SharedDeclarations.Rewrite(File.ReadAllText(Path.Combine(sources, "kernels.cu"))));
            Compile(compiler, folder, ["-std=c++20", "-O1", $"-I{engine.Path}", Path.Combine(sources, "main.cpp"), "-o", "main", "-L.", "-l:libckrt.so", "-ldl"]);
            foreach (var isChecked in (bool[])[false, true])
            {
                Compile(compiler, folder, ["-std=c++20", "-D__CUDA_ARCH__=900", .. EngineFolder.KernelFlags(compiler, isChecked), $"-I{engine.Path}", "-include", EngineFolder.DeviceHeader, "-c", "kernels.cpp", "-o", "module.o"]);
                Compile(compiler, folder, ["-shared", "-Wl,-Bsymbolic", "module.o", "-o", "module.so", "-L.", "-l:libckrt.so"]);
                var (code, output) = Run(Emulator, folder, ["-L", SystemRoot, "-E", "LD_LIBRARY_PATH=.", "./main", "./module.so", isChecked ? "check" : "fast"]);
                Assert.True(code == 0, $"exit code {code}:\n{output}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compile(HostCompiler compiler, string folder, IEnumerable<string> arguments)
    {
        var result = compiler.Run(arguments, folder);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    private static bool Runs(string program)
    {
        try
        {
            return Run(program, Path.GetTempPath(), ["--version"]).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int ExitCode, string Output) Run(string program, string folder, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }
}
