using System.Diagnostics;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>Tests that measure time run while no other test does.</summary>
[CollectionDefinition(nameof(Timed), DisableParallelization = true)]
public sealed class Timed;

/// <summary>Loads lie behind the steps.</summary>
[Collection(nameof(Timed))]
public sealed class BatchLoaderTimeTests
{
    private const int Steps = 200;

    // 200 steps of 5 ms take 1 s, and as many loads another one if neither hides behind the other. The best of three tells: a machine that does
    // something else now and then makes each of them longer, never shorter.
    [Fact]
    public async Task LoadsOfFiveMillisecondsHideBehindStepsOfFive()
    {
        using var device = new CpuDevice();
        var best = double.PositiveInfinity;
        for (var attempt = 0; attempt < 3 && best >= 1.15; attempt++)
        {
            await using var loader = new BatchLoader<int>(device, new NumberSource(Steps + 3, _ => Wait(5)), new BatchLoaderOptions { BatchSize = 1, BatchesAhead = 2 });
            var clock = new Stopwatch();
            await foreach (var batch in loader.ReadEpoch(attempt))
            {
                // The first load has no step before it that it could hide behind.
                clock.Start();
                Wait(5);
                if (batch.Number == Steps - 1)
                {
                    break;
                }
            }

            clock.Stop();
            Assert.True(clock.Elapsed.TotalSeconds >= 0.005 * Steps, $"{Steps} steps of 5 ms took {clock.Elapsed}");
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        Assert.True(best < 1.15, $"{Steps} steps of 5 ms beside loads of 5 ms took {best:F3} s, one after another they take 2 s");
    }

    // Asleep for the most part, so that few processors serve, and awake at the end, so that it is no longer than it should be.
    private static void Wait(double milliseconds)
    {
        var start = Stopwatch.GetTimestamp();
        Thread.Sleep((int)milliseconds - 1);
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
        {
            Thread.SpinWait(20);
        }
    }
}
