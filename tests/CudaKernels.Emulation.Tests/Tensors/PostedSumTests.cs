using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels.Tests;

/// <summary>
/// The sums of the tiles before each one (kernels/common/look_back.cuh), a warp to a tile: more groups than a warp looks back at, rows that follow each
/// other, whole groups and others, whoever is first, in the checking mode. The order of additions is that of the header's first lines, to the last bit.
/// </summary>
public sealed class PostedSumTests
{
    private const int Group = 8;
    private const int FirstPost = 16;
    private const string Text = """
        #include "common/look_back.cuh"
        template <class A> __global__ void sums_before(A* y, const A* x, const u32* delays, u64* posts, i64 tiles) {
          __shared__ i64 taken;
          if (threadIdx.x == 0) taken = (i64)atomicAdd(posts, 1ull);
          __syncthreads();
          const i64 row = taken / tiles, at = taken;
          for (u32 i = 0; threadIdx.x == 0 && i < delays[at]; ++i) ptx::ld_acquire_gpu(posts);
          __syncwarp();
          using Row = LookBack<A>;
          const A sum = Row{posts + 16 + row * Row::words_of(tiles), tiles}.before(at % tiles, x[at]);
          if (threadIdx.x == 0) y[at] = sum;
        }
        __global__ void sum_of_halves(u64* y, u64* posts, u64 x) {
          const LookBack<u64> row{posts, 2};
          if (blockIdx.x == 1) {
            const u64 sum = row.before(1, 0);
            if (threadIdx.x == 0) *y = sum;
          } else if (threadIdx.x == 0) {
            ptx::st_relaxed_gpu(posts + 1, (u64)kSumPosted << 32 | x >> 32);
            for (int i = 0; i < 50; ++i) ptx::ld_acquire_gpu(posts);
            ptx::st_relaxed_gpu(posts, (u64)kSumPosted << 32 | (u32)x);
          }
        }
        __global__ void late_prefix(u64* y, u64* posts, u64 x) {
          constexpr int kGroups = 25;
          const LookBack<u64> row{posts, kGroups * kLookBackGroup + 1};
          if (blockIdx.x == 1) {
            const u64 sum = row.before(kGroups * kLookBackGroup, 0);
            if (threadIdx.x == 0) *y = sum;
          } else if (threadIdx.x == 0) {
            for (int group = 0; group < kGroups; ++group) row.post(row.tiles + group, kSumPosted, 1);
            for (int i = 0; i < 50; ++i) ptx::ld_acquire_gpu(posts);
            row.post(row.tiles + kGroups - 1, kPrefixPosted, x);
          }
        }
        """;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(16, 3)]
    [InlineData(230, 0)]
    [InlineData(230, 4)]
    [InlineData(310, 5)]
    public void EveryTileHasTheSumOfThoseBefore(int tiles, int seed) => CheckAll(tiles, seed, isLate: false);

    // All blocks at once, each of which comes sooner or later than those before it.
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(25)]
    public void WhoeverIsFirst(int tiles)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            CheckAll(tiles, seed, isLate: true);
        }
    }

    // A sum of 64 bits is posted in two words, which come in any order.
    [Fact]
    public void HalfAPostIsNone() => CheckPosts("sum_of_halves", words: 6);

    // All groups that a warp looks at have posted their sums, none its prefix.
    [Fact]
    public void SumsWithoutAPrefixAreNotEnough() => CheckPosts("late_prefix", words: 2 * (201 + 26));

    private static void CheckPosts(string kernel, int words)
    {
        const ulong Sum = 0x0123456789ABCDEF;
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using var module = emulated.Device.Compile(KernelSource.FromString("sums_before.cu", Text), new CompileOptions { Kernels = [kernel] });
        using var to = emulated.Device.CreateBuffer<ulong>(1);
        using var posts = emulated.Device.CreateBuffer<ulong>(new ulong[words]);
        emulated.Device.DefaultStream.Launch(module.GetKernel(kernel), new LaunchConfig(new Dim3(2), new Dim3(32), Cooperative: true), to, posts, Sum);
        Assert.Equal([Sum], to.ToArray());
        Assert.Empty(emulated.Reports);
    }

    private static void CheckAll(int tiles, int seed, bool isLate)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        Check(seed, isLate, "float", tiles, random => (float)random.NextDouble());
        Check(seed, isLate, "double", tiles, random => random.NextDouble());
        Check(seed, isLate, "u32", tiles, random => (uint)random.NextInt64());
        Check(seed, isLate, "u64", tiles, random => (ulong)random.NextInt64(long.MinValue, long.MaxValue));
    }

    private static void Check<T>(int seed, bool isLate, string type, int tiles, Func<Random, T> number) where T : unmanaged, INumber<T>
    {
        const int Rows = 2;
        var random = new Random(tiles + (1000 * seed));
        T[] x = [.. Enumerable.Range(0, Rows * tiles).Select(_ => number(random))];
        uint[] delays = [.. x.Select(_ => isLate ? (uint)random.Next(3) * 6 : 0)];
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
        var expression = $"sums_before<{type}>";
        using var module = emulated.Device.Compile(KernelSource.FromString("sums_before.cu", Text), new CompileOptions { Kernels = [expression] });
        using var from = emulated.Device.CreateBuffer<T>(x);
        using var late = emulated.Device.CreateBuffer<uint>(delays);
        using var to = emulated.Device.CreateBuffer<T>(x.Length);
        var words = Rows * (tiles + ((tiles + Group - 1) / Group)) * Unsafe.SizeOf<T>() / sizeof(uint);
        using var posts = emulated.Device.CreateBuffer<ulong>(new ulong[FirstPost + words]);
        var config = new LaunchConfig(new Dim3((uint)x.Length), new Dim3(32), Cooperative: isLate);
        emulated.Device.DefaultStream.Launch(module.GetKernel(expression), config, to, from, late, posts, (long)tiles);
        Assert.Equal([.. x.Chunk(tiles).SelectMany(Before)], to.ToArray());
        Assert.Empty(emulated.Reports);
    }

    private static T[] Before<T>(T[] row) where T : INumber<T>
    {
        var (before, prefix) = (new T[row.Length], T.Zero);
        for (var first = 0; first < row.Length; first += Group)
        {
            for (var place = 0; place < Group && first + place < row.Length; place++)
            {
                before[first + place] = prefix + Tree(row.AsSpan(first, place));
            }

            if (first + Group <= row.Length)
            {
                prefix += Tree(row.AsSpan(first, Group - 1)) + row[first + Group - 1];
            }
        }

        return before;
    }

    // Neighbours, then pairs of pairs, then the halves.
    private static T Tree<T>(ReadOnlySpan<T> tiles) where T : INumber<T>
    {
        var sums = new T[Group];
        tiles.CopyTo(sums);
        for (var distance = 1; distance < Group; distance *= 2)
        {
            for (var i = 0; i < Group; i += 2 * distance)
            {
                sums[i] += sums[i + distance];
            }
        }

        return sums[0];
    }
}
