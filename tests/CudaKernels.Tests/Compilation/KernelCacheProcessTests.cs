using System.Globalization;

namespace CudaKernels.Tests;

public sealed class KernelCacheProcessTests
{
    private const int Processes = 4;

    [Fact]
    public void Many_processes_at_once_never_see_a_torn_file_and_keep_the_cap()
    {
        using var folder = new TemporaryFolder();
        var processes = Enumerable.Range(0, Processes).Select(seed => CacheWorker.Start(folder.Path, seed)).ToArray();
        var hits = 0L;
        foreach (var process in processes)
        {
            var output = process.StandardOutput.ReadToEnd();
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)), "a worker did not end");
            Assert.True(process.ExitCode == 0, $"a worker ended with {process.ExitCode}: {output}{process.StandardError.ReadToEnd()}");
            hits += long.Parse(output, CultureInfo.InvariantCulture);
            process.Dispose();
        }

        Assert.InRange(hits, 1, Processes * CacheWorker.Rounds);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", SearchOption.AllDirectories));
        // Each process trims after its own last write, so the cap holds when all have ended.
        Assert.InRange(new DirectoryInfo(folder.Path).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, CacheWorker.MaxBytes);
    }
}
