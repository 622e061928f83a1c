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

    // Small epochs, but so many that the process is still at work when the checkpoint of one is seen.
    [Theory]
    [InlineData("mlp", "150", "120", "0.05")]
    [InlineData("gan", "40", "80", "0.03")]
    public void ATrainingKilledTwiceEqualsAnUninterruptedOne(string network, string epochs, string samples, string width)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs SIGKILL");
        string[] settings = ["--epochs", epochs, "--samples", samples, "--batch-size", "40", "--width", width, "--seed", "3", .. network is "mlp" ? (string[])["--augment"] : []];
        var (whole, broken) = (Path.Combine(_folder, "whole"), Path.Combine(_folder, "broken"));
        var expected = Train(network, whole, settings);

        // The first is killed before it has a checkpoint or soon after; the flag --resume may be given from the beginning.
        KillAtNextCheckpoint(network, broken, settings);
        KillAtNextCheckpoint(network, broken, settings);
        var resumed = Train(network, broken, [.. settings, "--resume"]);
        Assert.Contains("goes on after epoch ", resumed.Error, StringComparison.Ordinal);

        Assert.Equal(epochs, $"{Figures(expected).Length}");
        Assert.Equal(Figures(expected), Figures(resumed));
        Assert.Equal(Losses(expected), Losses(resumed));
        Assert.Equal(Tensors(network, whole), Tensors(network, broken));
        Assert.Equal(Files(expected), Files(resumed));
    }

    [Fact]
    public void ADamagedCheckpointIsNamedAndTheOneBeforeUsed()
    {
        string[] settings = ["--epochs", "3", "--samples", "100", "--width", "0.05"];
        var expected = Train("mlp", _folder, settings);
        var weights = Tensors("mlp", _folder);
        var newest = Path.Combine(_folder, "mlp.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
        var resumed = Train("mlp", _folder, [.. settings, "--resume"]);
        Assert.Contains($"cudakernels: {newest}, byte ", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("goes on after epoch 2 ", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(Figures(expected), Figures(resumed));
        Assert.Equal(weights, Tensors("mlp", _folder));

        // A run that was finished only tells its figures again.
        var again = Train("mlp", _folder, [.. settings, "--resume"]);
        Assert.Contains("goes on after epoch 3 ", again.Error, StringComparison.Ordinal);
        Assert.Equal(Figures(expected), Figures(again));

        var other = Run("mlp", _folder, "--epochs", "4", "--samples", "100", "--width", "0.05", "--resume");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("'epochs' is '3' there and '4' here", other.Error, StringComparison.Ordinal);

        // Without --resume the old checkpoint is of no account.
        Assert.DoesNotContain("goes on", Train("mlp", _folder, settings).Error, StringComparison.Ordinal);
        Assert.Equal(weights, Tensors("mlp", _folder));
    }

    [Fact]
    public void ResumeTakesAnOutputFolder()
    {
        var run = ToolRun.Of("train", "mlp", "--resume");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--resume takes --out DIR", run.Error, StringComparison.Ordinal);
    }

    private static ToolRun Run(string network, string folder, params string[] settings) => ToolRun.Of(["train", network, "--device", "cpu", "--json", "--out", folder, .. settings]);

    private static ToolRun Train(string network, string folder, params string[] settings)
    {
        var run = Run(network, folder, settings);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static void KillAtNextCheckpoint(string network, string folder, string[] settings)
    {
        var file = Path.Combine(folder, $"{network}.safetensors");
        var before = Stamp(file);
        using var process = Process.Start(ToolRun.Start(["train", network, "--device", "cpu", "--json", "--resume", "--out", folder, .. settings]))!;
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

    private static string[] Files(ToolRun run) => [.. run.Document()["files"]!.AsArray().Select(file => Path.GetFileName((string)file!)).Order(StringComparer.Ordinal)];

    private static string[] Figures(ToolRun run) =>
        [.. run.Document()["epochs"]!.AsArray().Select(epoch => string.Join(' ', epoch!.AsObject().Where(pair => pair.Key != "seconds").Select(pair => pair.Value?.ToJsonString())))];

    // The bytes of everything in the checkpoint but the times.
    private static string[] Tensors(string network, string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, $"{network}.safetensors"));
        var data = File.ReadAllBytes(file.Path).AsMemory((int)(new FileInfo(file.Path).Length - file.Entries.Sum(entry => entry.ByteCount)));
        return
        [
            .. file.Entries.Where(entry => entry.Name != "history.seconds")
                .Select(entry => $"{entry} {Convert.ToHexString(data.Span.Slice((int)entry.ByteOffset, (int)entry.ByteCount))}"),
        ];
    }
}
