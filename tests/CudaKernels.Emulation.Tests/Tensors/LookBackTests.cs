using System.Numerics;

namespace CudaKernels.Tests;

/// <summary>Sums of long rows in one pass: the bits follow from the documented order of additions, whatever a block finds when it looks back.</summary>
/// <remarks>A checked launch runs one block at a time, so no block ever waits there: a wait that is missing shows only here and in unchecked runs of the catalog.</remarks>
public sealed class LookBackTests
{
    private const int Group = 8;
    private const int Window = 24;

    private static readonly KernelSource s_source = KernelSource.FromString("look.cu", """
        #include "common/look_back.cuh"
        template <class A> __global__ void look(A* before, u64* words, i64 tiles, i64 tile, const A* own) {
          const A sum = LookBack<A>{words, tiles}.before(tile, *own);
          if (threadIdx.x == 0) *before = sum;
        }
        """);

    [Fact]
    public void FloatsAreAddedInTheSameOrderWhateverIsPosted() => Compare<float>(x => [BitConverter.SingleToUInt32Bits(x)]);

    [Fact]
    public void DoublesAreAddedInTheSameOrderWhateverIsPosted() => Compare<double>(x => [(uint)BitConverter.DoubleToUInt64Bits(x), (uint)(BitConverter.DoubleToUInt64Bits(x) >> 32)]);

    [Fact]
    public void TheBitsDoNotDependOnHowManyBlocksRunAtOnce()
    {
        var x = new float[2 * 140_001];
        var random = new Random(5);
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = random.NextSingle() - 0.4f;
        }

        var alone = Sums(new EmulationOptions { WorkerThreads = 1 });
        foreach (var workers in (int[])[2, 5, 16])
        {
            Assert.Equal(alone, Sums(new EmulationOptions { WorkerThreads = workers, Seed = workers }));
        }

        float[] Sums(EmulationOptions options)
        {
            using var emulated = Open(options);
            using var on = emulated.Device.CreateTensor(x, [2, 140_001]);
            using var y = on.CumulativeSum(1, reverse: true);
            var sums = y.ToArray();
            Assert.Empty(emulated.Reports);
            return sums;
        }
    }

    [Fact]
    public void ACapturedSumStartsAnewEachTimeThatTheGraphRuns()
    {
        using var emulated = Open(EmulationOptions.Default);
        var device = emulated.Device;
        using var x = device.CreateZeros<int>([2, 9000]);
        using var y = device.CreateZeros<int>([2, 9000]);
        x.CumulativeSum(1, y);
        using var graph = device.DefaultStream.Capture(_ => x.CumulativeSum(1, y));
        using var instance = graph.Instantiate();
        for (var value = 1; value < 4; value++)
        {
            x.Fill(value);
            instance.Launch(device.DefaultStream);
            var sums = y.ToArray();
            Assert.Equal(Enumerable.Range(0, 18_000).Select(i => value * ((i % 9000) + 1)), sums);
        }

        Assert.Empty(emulated.Reports);
    }

    // A row of 30 whole groups and one that is just complete; the tile in the middle of it and the one that closes it.
    private static void Compare<T>(Func<T, uint[]> bits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Tiles = 31 * Group;
        using var emulated = Open(EmulationOptions.Default);
        using var module = emulated.Device.Compile(s_source, new CompileOptions { Kernels = [$"look<{ElementTypes.CudaName(ElementType<T>.Kind)}>"] });
        var look = module.GetKernel($"look<{ElementTypes.CudaName(ElementType<T>.Kind)}>");
        var random = new Random(3);
        var sums = new T[Tiles];
        for (var i = 0; i < Tiles; i++)
        {
            sums[i] = T.CreateChecked(random.NextDouble() - 0.3);
        }

        var groups = new T[31];
        var prefixes = new T[31];
        for (var g = 0; g < groups.Length; g++)
        {
            groups[g] = Tree(sums.AsSpan(g * Group, Group - 1)) + sums[(g * Group) + Group - 1];
            prefixes[g] = g == 0 ? groups[g] : prefixes[g - 1] + groups[g];
        }

        foreach (var tile in (int[])[(30 * Group) + 3, Tiles - 1])
        {
            var expected = prefixes[29] + Tree(sums.AsSpan(30 * Group, tile % Group));
            for (var nearest = 30 - Window; nearest < 30; nearest++)
            {
                var words = new List<long>();
                for (var i = 0; i < Tiles; i++)
                {
                    words.AddRange(bits(sums[i]).Select(part => (i < tile ? 1L << 32 : 0) | part));
                }

                for (var g = 0; g < groups.Length; g++)
                {
                    words.AddRange(bits(g <= nearest ? prefixes[g] : groups[g]).Select(part => (long)(g <= nearest ? 2 : g < 30 ? 1 : 0) << 32 | part));
                }

                using var posts = emulated.Device.CreateTensor<long>([.. words], [words.Count]);
                using var own = emulated.Device.CreateTensor<T>([sums[tile]], [1]);
                using var before = emulated.Device.CreateZeros<T>([1]);
                emulated.Device.DefaultStream.Launch(look, new LaunchConfig(new Dim3(1), new Dim3(32)), before, posts, (long)Tiles, (long)tile, own);
                Assert.Equal(bits(expected), bits(before.ToArray()[0]));
                if (tile == Tiles - 1)
                {
                    var last = bits(prefixes[30]).Select(part => (2L << 32) | part);
                    Assert.Equal(last, posts.ToArray()[^bits(expected).Length..]);
                }
            }
        }

        Assert.Empty(emulated.Reports);
    }

    private static T Tree<T>(ReadOnlySpan<T> sums) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> all = stackalloc T[Group];
        all.Clear();
        sums.CopyTo(all);
        return all[0] + all[1] + (all[2] + all[3]) + (all[4] + all[5] + (all[6] + all[7]));
    }

    private static EmulatedDevice Open(EmulationOptions options)
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        return EmulatedDevice.Open(options);
    }
}
