using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>
/// What the kernels of a long sort (kernels/selection/sort.cu) tell each other: the counts of earlier tiles, whoever posts them when, and the counts of
/// whole rows; and how they move a tile by a digit.
/// </summary>
public sealed class SortTileTests
{
    private const int Digits = 256;
    private const uint TileState = 3;
    private const string Text = """
        // Block 1 looks back from behind all tiles while block 0 posts what they have, a tile at a time.
        __global__ void counts_before(u32* before, u64* posts, const u64* posted, const i32* order, i64 tiles) {
          const int digit = threadIdx.x;
          if (blockIdx.x == 1) {
            before[digit] = count_before(posts, digit, tiles, 3);
            return;
          }
          for (i64 i = 0; i < tiles; ++i) {
            for (int wait = 0; wait < 3; ++wait) ptx::ld_relaxed_gpu(posts + digit);
            const i64 at = order[i] * kDigits + digit;
            ptx::st_relaxed_gpu(posts + at, posted[at]);
          }
        }
        """;

    // Up to some tile of each digit its row is counted, behind it the tiles alone; what others before it have posted does not matter.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(11, 0)]
    [InlineData(14, 3)]
    public void CountsOfEarlierTilesAreAddedOnce(int tiles, int seed)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var random = new Random(tiles);
        var expected = new uint[Digits];
        var (before, posted) = (new ulong[tiles * Digits], new ulong[tiles * Digits]);
        for (var digit = 0; digit < Digits; digit++)
        {
            var counted = random.Next(tiles);
            for (var tile = 0; tile < tiles; tile++)
            {
                var (count, state) = ((uint)random.Next(1 << 20), tile == counted ? TileState + 1 : tile > counted ? TileState : TileState + (uint)random.Next(2));
                expected[digit] += tile >= counted ? count : 0;
                posted[(tile * Digits) + digit] = (ulong)state << 32 | count;
                before[(tile * Digits) + digit] = (ulong)random.Next((int)TileState) << 32 | (uint)random.Next(); // of an earlier digit of the keys
            }
        }

        int[] order = [.. Enumerable.Range(0, tiles).OrderBy(_ => random.Next())];
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
        var source = KernelSource.FromString("counts_before.cu", KernelSource.FromResource("selection/sort.cu").Text + Text);
        using var module = emulated.Device.Compile(source, new CompileOptions { Kernels = ["counts_before"] });
        using var to = emulated.Device.CreateBuffer<uint>(Digits);
        using var posts = emulated.Device.CreateBuffer<ulong>(before);
        using var from = emulated.Device.CreateBuffer<ulong>(posted);
        using var places = emulated.Device.CreateBuffer<int>(order);
        var config = new LaunchConfig(new Dim3(2), new Dim3(Digits), Cooperative: true);
        emulated.Device.DefaultStream.Launch(module.GetKernel("counts_before"), config, to, posts, from, places, (long)tiles);
        Assert.Equal(expected, to.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // More than a thread loads at once.
    [Theory]
    [InlineData(1)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(5_001)]
    public void ARowIsCountedByItsDigits(int length)
    {
        const string expression = "sort_count<i32>";
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var random = new Random(length);
        int[] x = [.. Enumerable.Range(0, length).Select(_ => random.Next(int.MinValue, int.MaxValue))];
        var expected = new uint[sizeof(int) * Digits];
        foreach (var key in x.Select(value => (uint)value ^ 0x80000000))
        {
            for (var place = 0; place < sizeof(int); place++)
            {
                expected[(place * Digits) + (int)(key >> (8 * place) & 0xFF)]++;
            }
        }

        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using var module = emulated.Device.Compile(KernelSource.FromResource("selection/sort.cu"), new CompileOptions { Kernels = [expression] });
        using var from = emulated.Device.CreateBuffer<int>(x);
        using var totals = emulated.Device.CreateBuffer<uint>(new uint[expected.Length]);
        var config = new LaunchConfig(new Dim3(1), new Dim3(512));
        emulated.Device.DefaultStream.Launch(module.GetKernel(expression), config, totals, from, (long)length, 1L, 1L, (long)length, false);
        Assert.Equal(expected, totals.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // Tiles of the largest blocks, whose counters and elements fill their room: of bytes, whose only digit is the last one, and the first digit of others.
    [Fact]
    public void TilesOfTheLargestBlocksAreMoved()
    {
        MoveByTheFirstDigit<sbyte, byte>("i8", key => (sbyte)(key ^ 0x80), 512);
        MoveByTheFirstDigit<sbyte, byte>("i8", key => (sbyte)(key ^ 0x80), 512, hasValues: false);
        MoveByTheFirstDigit<int, uint>("i32", key => (int)(key ^ 1u << 31), 512);
        MoveByTheFirstDigit<long, ulong>("i64", key => (long)(key ^ 1ul << 63), 512);
    }

    // All tiles at once: one looks back before those ahead of it know the counts up to their ends.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TilesThatAreMovedTogetherAgree(int seed) => MoveByTheFirstDigit<int, uint>("i32", key => (int)(key ^ 1u << 31), 128, seed, isTogether: true);

    // A later digit finds keys and places in the order of those before it.
    [Fact]
    public void ALaterDigitMovesPlacesToo()
    {
        const int Length = 2_100, Threads = 128, Tiles = 3, Shift = 8;
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var random = new Random(Length);
        uint[] keys = [.. Enumerable.Range(0, Length).Select(_ => (uint)random.NextInt64())];
        uint[] places = [.. Enumerable.Range(0, Length).Select(_ => (uint)random.NextInt64())];
        int[] order = [.. Enumerable.Range(0, Length).OrderBy(k => (byte)(keys[k] >> Shift))];
        var counts = new uint[sizeof(int) * Digits];
        foreach (var key in keys)
        {
            counts[Digits + (byte)(key >> Shift)]++;
        }

        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromResource("selection/sort.cu"), new CompileOptions { Kernels = ["sort_move<i32>"] });
        using var from = device.CreateBuffer<uint>(keys);
        using var placesFrom = device.CreateBuffer<uint>(places);
        using var keysAfter = device.CreateBuffer<uint>(Length);
        using var placesAfter = device.CreateBuffer<uint>(Length);
        using var none = device.CreateBuffer<byte>(sizeof(long));
        using var totals = device.CreateBuffer<uint>(counts);
        using var posts = device.CreateBuffer<ulong>(new ulong[Tiles * Digits]);
        using var taken = device.CreateBuffer<uint>(new uint[sizeof(int)]);
        device.DefaultStream.Launch(
            module.GetKernel("sort_move<i32>"), new LaunchConfig(new Dim3(Tiles), new Dim3(Threads)),
            none, none, keysAfter, placesAfter, none, from, placesFrom, totals, posts, taken,
            (long)Length, 1L, (long)Tiles, Shift, false, true, true);
        Assert.Equal([.. order.Select(k => keys[k])], keysAfter.ToArray());
        Assert.Equal([.. order.Select(k => places[k])], placesAfter.ToArray());
        Assert.Empty(emulated.Reports);
    }

    // Nothing is posted by the tile ahead, or what it had to say of the digit before this one.
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void ATileWaitsForTheOneAhead(int shift)
    {
        const int Length = 2_048, Threads = 128, Tiles = 2;
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { KernelTimeLimit = TimeSpan.FromMilliseconds(500) });
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromResource("selection/sort.cu"), new CompileOptions { Kernels = ["sort_move<i32>"] });
        using var keys = device.CreateBuffer<uint>(new uint[Length]);
        using var after = device.CreateBuffer<uint>(Length);
        using var indices = device.CreateBuffer<long>(Length);
        using var totals = device.CreateBuffer<uint>(new uint[sizeof(int) * Digits]);
        using var posts = device.CreateBuffer<ulong>([.. Enumerable.Repeat(shift == 0 ? 0ul : 2ul << 32, Tiles * Digits)]);
        using var taken = device.CreateBuffer<uint>([1u, 1u, 1u, 1u]);
        var error = Assert.ThrowsAny<CudaException>(() =>
        {
            device.DefaultStream.Launch(
                module.GetKernel("sort_move<i32>"), new LaunchConfig(new Dim3(1), new Dim3(Threads)),
                keys, indices, after, after, keys, keys, keys, totals, posts, taken,
                (long)Length, 1L, (long)Tiles, shift, false, false, false);
            device.Synchronize();
        });
        Assert.Contains("TIMEOUT", error.Message, StringComparison.Ordinal);
    }

    private static void MoveByTheFirstDigit<T, TKey>(string type, Func<TKey, T> element, int threads, int seed = 0, bool isTogether = false, bool hasValues = true)
        where T : unmanaged where TKey : unmanaged, IBinaryInteger<TKey>
    {
        const int Length = 4_500;
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        var tiles = (Length + (threads * 8) - 1) / (threads * 8);
        var random = new Random(Length);
        TKey[] keys = [.. Enumerable.Range(0, Length).Select(_ => TKey.CreateTruncating(random.NextInt64()))];
        int[] order = [.. Enumerable.Range(0, Length).OrderBy(k => byte.CreateTruncating(keys[k]))];
        var counts = new uint[ElementType<T>.Size * Digits];
        foreach (var key in keys)
        {
            counts[byte.CreateTruncating(key)]++;
        }

        var expression = $"sort_move<{type}>";
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromResource("selection/sort.cu"), new CompileOptions { Kernels = [expression] });
        using var x = device.CreateBuffer<T>(Array.ConvertAll(keys, key => element(key)));
        using var values = device.CreateBuffer<T>(new T[Length]);
        using var indices = device.CreateBuffer<long>(Length);
        using var keysAfter = device.CreateBuffer<ulong>(new ulong[Length]);
        using var placesAfter = device.CreateBuffer<uint>(Length);
        using var totals = device.CreateBuffer<uint>(counts);
        using var posts = device.CreateBuffer<ulong>(new ulong[tiles * Digits]);
        using var taken = device.CreateBuffer<uint>(new uint[ElementType<T>.Size]);
        device.DefaultStream.Launch(
            module.GetKernel(expression), new LaunchConfig(new Dim3((uint)tiles), new Dim3((uint)threads), Cooperative: isTogether),
            values, indices, keysAfter, placesAfter, x, keysAfter, placesAfter, totals, posts, taken,
            (long)Length, 1L, (long)tiles, 0, false, hasValues, true);
        if (ElementType<T>.Size == 1)
        {
            Assert.Equal([.. order.Select(k => hasValues ? element(keys[k]) : default)], values.ToArray());
            Assert.Equal([.. order.Select(k => (long)k)], indices.ToArray());
        }
        else
        {
            Assert.Equal([.. order.Select(k => keys[k])], MemoryMarshal.Cast<ulong, TKey>(keysAfter.ToArray())[..Length].ToArray());
            Assert.Equal([.. order.Select(k => (uint)k)], placesAfter.ToArray());
        }

        Assert.Empty(emulated.Reports);
    }
}
