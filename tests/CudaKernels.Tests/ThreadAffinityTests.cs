using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>Where Linux lets a thread run, read back from its own account of it.</summary>
public sealed class ThreadAffinityTests
{
    [Fact]
    public void TheAvoidedProcessorChangesAndComesBack() => OnAThread(() =>
    {
        var all = Allowed();
        Assert.SkipUnless(all.Count > 1, "a thread with one processor cannot avoid it");
        var affinity = ThreadAffinity.OfThisThread();
        Assert.NotNull(affinity);

        affinity.Avoid(all[0]);
        Assert.Equal(all.Skip(1), Allowed());
        Assert.NotEqual(all[0], ThreadAffinity.CurrentProcessor);
        affinity.Avoid(all[1]);
        Assert.Equal(all.Where(processor => processor != all[1]), Allowed());
        affinity.Avoid(-1);
        Assert.Equal(all.Where(processor => processor != all[1]), Allowed());
    });

    [Fact]
    public void ASetThatSomebodyElseGaveIsKept() => OnAThread(() =>
    {
        var all = Allowed();
        Assert.SkipUnless(all.Count > 1, "a thread with one processor cannot avoid it");
        var affinity = ThreadAffinity.OfThisThread()!;
        affinity.Avoid(all[0]);

        Give(all[0]);
        affinity.Avoid(all[1]);
        Assert.Equal([all[0]], Allowed());
        affinity.Avoid(all[0]);
        Assert.Equal([all[0]], Allowed());
    });

    private static void OnAThread(Action work)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a thread where to run");
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            // A skip too goes to the thread of the test.
            try
            {
                work();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static unsafe void Give(int processor)
    {
        var set = stackalloc ulong[128];
        new Span<ulong>(set, 128).Clear();
        set[processor / 64] = 1UL << (processor % 64);
        var setAffinity = (delegate* unmanaged<int, nuint, ulong*, int>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "sched_setaffinity");
        Assert.Equal(0, setAffinity(0, 128 * sizeof(ulong), set));
    }

    // "Cpus_allowed_list:	0-3,8"
    private static List<int> Allowed()
    {
        var line = File.ReadLines("/proc/thread-self/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        var processors = new List<int>();
        foreach (var range in line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().Split(','))
        {
            var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            processors.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return processors;
    }
}
