using System.Diagnostics;

namespace CudaKernels.Tests;

/// <summary>A training that is killed and goes on, from the command line.</summary>
public sealed class TrainResumeTests : IDisposable
{
    // What SIGKILL makes of a process's exit code: 128 + 9.
    private const int Killed = 137;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ATrainingKilledTwiceEqualsAnUninterruptedOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs SIGKILL");

        // Small epochs, but so many that the process is still at work when the checkpoint of one is seen.
        string[] settings = ["--epochs", "150", "--samples", "120", "--batch-size", "40", "--width", "0.05", "--augment", "--seed", "3"];
        var (whole, broken) = (Path.Combine(_folder, "whole"), Path.Combine(_folder, "broken"));
        var expected = Train(whole, settings);

        // The first is killed before it has a checkpoint or soon after; the flag --resume may be given from the beginning.
        KillAtNextCheckpoint(broken, settings);
        KillAtNextCheckpoint(broken, settings);
        var resumed = Train(broken, [.. settings, "--resume"]);
        Assert.Contains("goes on after epoch ", resumed.Error, StringComparison.Ordinal);

        Assert.Equal(150, Figures(expected).Length);
        Assert.Equal(Figures(expected), Figures(resumed));
        Assert.Equal(Losses(expected), Losses(resumed));
        Assert.Equal(Tensors(whole), Tensors(broken));
    }

    [Fact]
    public void ADamagedCheckpointIsNamedAndTheOneBeforeUsed()
    {
        string[] settings = ["--epochs", "3", "--samples", "100", "--width", "0.05"];
        var expected = Train(_folder, settings);
        var weights = Tensors(_folder);
        var newest = Path.Combine(_folder, "mlp.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
        var resumed = Train(_folder, [.. settings, "--resume"]);
        Assert.Contains($"cudakernels: {newest}, byte ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("goes on after epoch 2 ", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(Figures(expected), Figures(resumed));
        Assert.Equal(weights, Tensors(_folder));

        // A run that was finished only tells its figures again.
        var again = Train(_folder, [.. settings, "--resume"]);
        Assert.Contains("goes on after epoch 3 ", again.Error, StringComparison.Ordinal);
        Assert.Equal(Figures(expected), Figures(again));

        var other = Run(_folder, "--epochs", "4", "--samples", "100", "--width", "0.05", "--resume");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("'epochs' is '3' there and '4' here", other.Error, StringComparison.Ordinal);

        // Without --resume the old checkpoint is of no account.
        Assert.DoesNotContain("goes on", Train(_folder, settings).Error, StringComparison.Ordinal);
        Assert.Equal(weights, Tensors(_folder));
    }

    [Fact]
    public void ResumeTakesAnOutputFolder()
    {
        var run = ToolRun.Of("train", "mlp", "--resume");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--resume takes --out DIR", run.Error, StringComparison.Ordinal);
    }

    private static ToolRun Run(string folder, params string[] settings) => ToolRun.Of(["train", "mlp", "--device", "cpu", "--json", "--out", folder, .. settings]);

    private static ToolRun Train(string folder, params string[] settings)
    {
        var run = Run(folder, settings);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static void KillAtNextCheckpoint(string folder, string[] settings)
    {
        var file = Path.Combine(folder, "mlp.safetensors");
        var before = Stamp(file);
        using var process = Process.Start(ToolRun.Start(["train", "mlp", "--device", "cpu", "--json", "--resume", "--out", folder, .. settings]))!;
        var clock = Stopwatch.StartNew();
        while (Stamp(file) == before && clock.Elapsed < s_limit && !process.HasExited)
        {
            Thread.Sleep(1);
        }

        process.Kill();
        process.WaitForExit();
        Assert.Equal(Killed, process.ExitCode);
        Assert.NotEqual(before, Stamp(file));
    }

    private static DateTime Stamp(string file) => File.GetLastWriteTimeUtc(file);

    private static double[] Losses(ToolRun run) => [.. run.Document()["steps"]!.AsArray().Select(step => (double)step!["loss"]!)];

    private static string[] Figures(ToolRun run) =>
        [.. run.Document()["epochs"]!.AsArray().Select(epoch => string.Join(' ', epoch!.AsObject().Where(pair => pair.Key != "seconds").Select(pair => pair.Value!.ToJsonString())))];

    // The bytes of everything in the checkpoint but the times.
    private static string[] Tensors(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "mlp.safetensors"));
        var data = File.ReadAllBytes(file.Path).AsMemory((int)(new FileInfo(file.Path).Length - file.Entries.Sum(entry => entry.ByteCount)));
        return
        [
            .. file.Entries.Where(entry => entry.Name != "history.seconds")
                .Select(entry => $"{entry} {Convert.ToHexString(data.Span.Slice((int)entry.ByteOffset, (int)entry.ByteCount))}"),
        ];
    }
}
