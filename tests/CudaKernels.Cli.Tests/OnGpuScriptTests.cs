using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace CudaKernels.Tests;

/// <summary>What bench/on-gpu.sh does without a GPU; the rest of it needs one.</summary>
public sealed class OnGpuScriptTests
{
    [Fact]
    public void WithoutAGpuItSaysSoAndFails()
    {
        Assert.SkipWhen(CudaDevice.TryOpen(0, out var device, out _), "there is a GPU");
        device?.Dispose();
        var (code, output) = Run("run", "all");
        Assert.Equal(3, code);
        Assert.Contains("there is no GPU here", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage: ")]
    [InlineData("usage: ", "fly")]
    [InlineData("run takes info, test, sanitize, bench or all, got 'fly'", "run", "fly")]
    public void WrongArgumentsAreRefused(string message, params string[] arguments)
    {
        var (code, output) = Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Root(), "bench/on-gpu.sh"), .. arguments]) { RedirectStandardError = true })!;
        var output = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "the script does not end");
        return (process.ExitCode, output);
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../.."));
}
