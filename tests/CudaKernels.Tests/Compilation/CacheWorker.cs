using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace CudaKernels.Tests;

/// <summary>The test program, started again with a variable set, works on a shared cache instead of running tests.</summary>
internal static class CacheWorker
{
    public const int Rounds = 100;
    public const long MaxBytes = 40_000;
    private const int Keys = 6;
    private const string Variable = "CUDAKERNELS_TEST_CACHE_WORKER";

    public static Process Start(string folder, int seed)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(CacheWorker).Assembly.Location);
        start.Environment[Variable] = string.Create(CultureInfo.InvariantCulture, $"{seed}:{folder}");
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } order)
            return;
        var colon = order.IndexOf(':', StringComparison.Ordinal);
        Environment.Exit(Run(order[(colon + 1)..], int.Parse(order.AsSpan(0, colon), CultureInfo.InvariantCulture)));
    }

    /// <summary>Reads and writes a few keys in turn; prints the hits. 1: a wrong image, 2: a torn file, 3: a write that failed.</summary>
    private static int Run(string folder, int seed)
    {
        var cache = new KernelCache(folder, MaxBytes);
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var number = random.Next(Keys);
            using var fields = new CacheKey();
            var key = fields.Add($"image {number}").Finish();
            var image = Enumerable.Range(0, 4_000 + 2_000 * number).Select(i => (byte)(i * (number + 3))).ToArray();
            if (cache.TryRead(key) is not { } entry)
                cache.Write(key, new CacheEntry(ImageFormat.Cubin, "sm_90a", new Dictionary<string, string>(), "", image));
            else if (!entry.Image.AsSpan().SequenceEqual(image))
                return 1;
        }

        var statistics = cache.Statistics;
        Console.Write(statistics.Hits.ToString(CultureInfo.InvariantCulture));
        if (statistics.FailedReads + statistics.DroppedWrites > 0)
            Console.Error.Write(statistics.LastFailure);
        return statistics.FailedReads > 0 ? 2 : statistics.DroppedWrites > 0 ? 3 : 0;
    }
}
