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

    [Theory]
    [InlineData("=matmul =softmax,=gelu", "matmul softmax gelu")]
    [InlineData("=Softmax softmax", "softmax log-softmax")]
    [InlineData("*gelu =nothing", "gelu")]
    public void WhatIsCompiledAheadIsWhatWillBeTimed(string patterns, string expected)
    {
        var output = Source("operations() { printf '%s\n' gelu gelu-tanh matmul softmax log-softmax; }; timed_operations", ("CUDAKERNELS_BENCH", patterns));
        Assert.Equal(expected, string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void TheLimitOfAStepEndsAllItsProcesses()
    {
        var output = Source(
            """
            work=$(mktemp -d); out=$work; mkdir "$work/dotnet" "$work/app"
            printf '#!/bin/sh\necho $$ >>%s/started\nexec sleep 50\n' "$work" >"$work/dotnet/dotnet"; chmod +x "$work/dotnet/dotnet"
            parts() { printf '%s 1/1\n' a b c; }
            limit=2; check_operations a b c >/dev/null 2>&1; echo "status $?"
            for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $(cat "$work/started") 2>/dev/null || break; sleep 0.2; done
            echo "started $(wc -l <"$work/started")"
            for process in $(cat "$work/started"); do kill "$process" 2>/dev/null && echo "$process was left"; done
            rm -r "$work"
            """);
        Assert.Equal("status 124\nstarted 3\n", output);
    }

    [Fact]
    public void NoOperationsAreNoFailure()
    {
        var output = Source("work=$(mktemp -d); out=$work; tool() { :; }; limit=5; check_operations >/dev/null; echo \"status $?\"; cat \"$out/check.json\"; rm -r \"$work\"");
        Assert.Equal("status 0\n[\n]\n", output);
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        using var process = Process.Start(new ProcessStartInfo("bash", [Script(), .. arguments]) { RedirectStandardError = true })!;
        var output = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "the script does not end");
        return (process.ExitCode, output);
    }

    // What commands that take steps of the script print.
    private static string Source(string commands, params (string Name, string Value)[] variables)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the script is for Linux");
        var start = new ProcessStartInfo("bash", ["-c", $"source '{Script()}'\n{commands}"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "the commands do not end");
        return output;
    }

    private static string Script() => Path.Combine(Root(), "bench/on-gpu.sh");

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../.."));
}
