using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CudaKernels.Tests;

/// <summary><c>bench --latency</c>: on the software device everything is measured, on the managed device nothing is made up.</summary>
public sealed class LatencyVerbTests
{
    [Fact]
    public void LaunchesAreMeasuredBesideTheBareCalls()
    {
        RequireCompiler();
        var table = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.md");
        try
        {
            var rows = Rows("launch", "--latency", "--device", "emulated", "--markdown", table);
            Assert.Equal(["launch no-arguments", "launch four-arguments", "launch-and-wait no-arguments", "graph-launch 200-kernels"], rows.Select(Name));
            Assert.Equal([200, 200, 1, 200], rows.Select(row => (int)row["shape"]![0]!));
            string[][] peers = [["cuLaunchKernel", "cuLaunchKernelEx"], ["cuLaunchKernel", "cuLaunchKernelEx"], ["cuLaunchKernel"], ["cuGraphLaunch"]];
            Assert.Equal(peers, rows.Select(row => row["peers"]!.AsObject().Select(peer => peer.Key)));
            Assert.All(rows, row =>
            {
                RequireMeasured(row);
                Assert.Equal(0, (long)row["allocatedBytes"]!);
                Assert.All(row["peers"]!.AsObject(), peer => Assert.InRange((double)peer.Value!, 0.02, 50));
            });

            var lines = File.ReadAllLines(table);
            Assert.Equal("| measurement | variant | kernels | median | 10 % | 90 % | samples | allocated | peer's time / ours |", lines[0]);
            Assert.Equal(rows.Length, lines.Count(line => line.StartsWith("| launch", StringComparison.Ordinal) || line.StartsWith("| graph-launch", StringComparison.Ordinal)));
            Assert.All(lines.Where(line => line.StartsWith('|')), line => Assert.Equal(10, line.Count(letter => letter == '|')));
        }
        finally
        {
            File.Delete(table);
        }
    }

    [Fact]
    public void QueuedKernelsAreMeasuredInStreamsAndGraphs()
    {
        RequireCompiler();
        var rows = Rows("queued-kernel", "--latency", "--device", "emulated");
        Assert.Equal(["queued-kernel stream", "queued-kernel stream-dependent", "queued-kernel graph", "queued-kernel graph-dependent"], rows.Select(Name));
        Assert.All(rows, RequireMeasured);
        Assert.Equal(["stream", "graph"], rows[^1]["peers"]!.AsObject().Select(peer => peer.Key));
    }

    [Fact]
    public void ACachedImageIsFoundSoonerThanItIsCompiled()
    {
        RequireCompiler();
        var rows = Rows("*exp", "--latency", "--device", "emulated");
        Assert.Equal(["compile exp", "compile-cached exp", "module-load exp"], rows.Select(Name));
        Assert.All(rows, RequireMeasured);
        Assert.True((double)rows[0]["milliseconds"]! > (double)rows[1]["milliseconds"]!, $"{rows[0]} {rows[1]}");
    }

    [Fact]
    public void TheManagedDeviceHasNoLaunches()
    {
        var rows = Rows("launch", "--latency", "--device", "cpu");
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.Null(row["milliseconds"]);
            Assert.Null(row["allocatedBytes"]);
            Assert.Empty(row["peers"]!.AsObject());
            Assert.Equal("the managed device launches no kernels", (string)row["notMeasured"]!);
        });
    }

    [Fact]
    public void AProcessIsTimedFromItsStart()
    {
        var clock = Stopwatch.StartNew();
        var row = Assert.Single(Rows("process info", "--latency", "--device", "cpu"));
        RequireMeasured(row);
        // A runtime has to start; and all samples together took place within this test.
        Assert.InRange((double)row["milliseconds"]!, 5, clock.Elapsed.TotalMilliseconds / 2);
    }

    [Fact]
    public void AFailureIsARowAndTheExitCode()
    {
        RequireCompiler();
        var cache = Directory.CreateTempSubdirectory("cudakernels-test-");
        try
        {
            var start = ToolRun.Start("bench", "compile exp", "--latency", "--device", "emulated", "--json");
            (start.Environment["CXX"], start.Environment["CUDAKERNELS_CACHE"]) = ("/no/such/compiler", cache.FullName);
            var run = ToolRun.Of(start);
            Assert.Equal(1, run.ExitCode);
            var row = Assert.Single(run.Document()["rows"]!.AsArray())!;
            Assert.Null(row["milliseconds"]);
            Assert.Contains("/no/such/compiler", (string)row["failed"]!, StringComparison.Ordinal);
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("no measurement matches 'nothing'; there are launch, ", "nothing")]
    [InlineData("--tune chooses how operations are timed", "--tune")]
    [InlineData("--types chooses how operations are timed", "--types", "f64")]
    [InlineData("--markdown takes a file in a folder that exists", "--markdown", "/no/such/folder/table.md")]
    public void WrongArgumentsAreRefused(string message, params string[] arguments)
    {
        var run = ToolRun.Of(["bench", "--latency", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static JsonNode[] Rows(params string[] arguments)
    {
        var run = ToolRun.Of(["bench", .. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, $"{run.ExitCode}: {run.Output} {run.Error}");
        return [.. run.Document()["rows"]!.AsArray().Select(row => row!)];
    }

    private static string Name(JsonNode row) => $"{row["operation"]} {row["variant"]}";

    private static void RequireMeasured(JsonNode row)
    {
        Assert.Null(row["notMeasured"]);
        Assert.Null(row["failed"]);
        var (low, median, high) = ((double)row["percentile10"]!, (double)row["milliseconds"]!, (double)row["percentile90"]!);
        Assert.True(low > 0 && low <= median && median <= high, $"{low} {median} {high}");
        Assert.True((int)row["samples"]! >= 1);
    }

    private static void RequireCompiler() => Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
}
