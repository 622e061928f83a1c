namespace CudaKernels.Tests.Vocabulary;

/// <summary>Tiles of tensors between global and shared memory: where they land, what lies beyond the tensor, steps and reductions.</summary>
public sealed class TensorCopyTests(TensorCopyTests.Fixture fixture) : IClassFixture<TensorCopyTests.Fixture>
{
    private TensorCopyRun Run => fixture.Run;

    private CudaDevice Device => Run.Device;

    // Byte o of the tile holds its number, low bits and high bits in two tiles.
    [Theory]
    [InlineData(TensorMapSwizzle.Bytes32)]
    [InlineData(TensorMapSwizzle.Bytes64)]
    [InlineData(TensorMapSwizzle.Bytes128)]
    public void ASwizzledTileLandsAtThePublishedAddresses(TensorMapSwizzle swizzle)
    {
        var table = SharedLayoutFacts.All.Swizzles.Single(known => known.Width == 16 << (int)swizzle);
        var rows = 1024 / table.Width;
        using var low = Device.CreateTensor<byte>([.. Enumerable.Range(0, 1024).Select(o => (byte)o)], [rows, table.Width]);
        using var high = Device.CreateTensor<byte>([.. Enumerable.Range(0, 1024).Select(o => (byte)(o >> 8))], [rows, table.Width]);
        using var lowMap = low.CreateTensorMap([rows, table.Width], new TensorMapOptions { Swizzle = swizzle });
        using var highMap = high.CreateTensorMap([rows, table.Width], new TensorMapOptions { Swizzle = swizzle });
        var (lows, highs) = (Run.Load<byte>(lowMap, 0, 0), Run.Load<byte>(highMap, 0, 0));
        for (var o = 0; o < 1024; o++)
            Assert.Equal(o, lows[table.Physical[o]] | (highs[table.Physical[o]] << 8));
        AssertSilent();
    }

    public static TheoryData<int[], int[], int[]> Places() => new()
    {
        // lengths and box outermost first, coordinates innermost first
        { [40], [16], [0] },
        { [40], [16], [32] },
        { [40], [16], [-12] },
        { [37, 20], [8, 8], [4, 3] },
        { [37, 20], [8, 8], [16, 32] },
        { [37, 20], [8, 8], [-4, -3] },
        { [37, 20], [8, 8], [20, 0] },
        { [37, 20], [64, 32], [0, 0] },
        { [5, 6, 8], [2, 3, 4], [4, 4, 4] },
        { [3, 4, 5, 8], [2, 2, 3, 4], [2, -1, 3, 1] },
        { [2, 3, 4, 5, 8], [2, 2, 3, 2, 4], [5, 3, -2, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void ATileBeyondTheTensorIsFilledUp(int[] lengths, int[] box, int[] at)
    {
        var values = Iota(lengths);
        using var tensor = Device.CreateTensor<float>(values, Long(lengths));
        foreach (var fill in (TensorMapFill[])[TensorMapFill.Zero, TensorMapFill.NaN])
        {
            using var map = tensor.CreateTensorMap(box, new TensorMapOptions { Fill = fill });
            Assert.Equal(Expected(values, lengths, box, Ones(box), at, fill == TensorMapFill.Zero ? 0 : float.NaN), Run.Load<float>(map, at));
        }

        AssertSilent();
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void AStoredTileIsClipped(int[] lengths, int[] box, int[] at)
    {
        var values = Iota(lengths);
        using var tensor = Device.CreateTensor<float>(values, Long(lengths));
        using var map = tensor.CreateTensorMap(box);
        var tile = Enumerable.Range(0, map.TileBytes / 4).Select(i => -1f - i).ToArray();
        Run.Store(map, tile, 0, at);
        var expected = (float[])values.Clone();
        foreach (var (element, place) in Elements(lengths, box, Ones(box), at))
        {
            if (place >= 0)
                expected[place] = tile[element];
        }

        Assert.Equal(expected, tensor.ToArray());
        AssertSilent();
    }

    [Theory]
    [InlineData(TensorMapSwizzle.Bytes32)]
    [InlineData(TensorMapSwizzle.Bytes64)]
    [InlineData(TensorMapSwizzle.Bytes128)]
    public void AStoreUndoesTheSwizzleOfALoad(TensorMapSwizzle swizzle)
    {
        int[] lengths = [37, 40];
        var values = Iota(lengths);
        int[] box = [16, 4 << (int)swizzle];
        var options = new TensorMapOptions { Swizzle = swizzle };
        using var source = Device.CreateTensor<float>(values, Long(lengths));
        using var target = Device.CreateTensor<float>(new float[values.Length], Long(lengths));
        using var from = source.CreateTensorMap(box, options);
        using var to = target.CreateTensorMap(box, options);
        var expected = new float[values.Length];
        for (var y = 0; y < lengths[0]; y += box[0])
        {
            for (var x = 0; x < lengths[1]; x += box[1])
                Run.Store(to, Run.Load<float>(from, x, y), 0, x, y);
        }

        Assert.Equal(values, target.ToArray());
        AssertSilent();
    }

    // Of b elements with step s a load brings ⌈b / s⌉.
    [Fact]
    public void ElementStridesSkipElements()
    {
        int[] lengths = [7, 9, 8];
        var values = Iota(lengths);
        using var tensor = Device.CreateTensor<float>(values, Long(lengths));
        using var map = tensor.CreateTensorMap([5, 6, 8], new TensorMapOptions { ElementStrides = [2, 3, 1] });
        Assert.Equal(3 * 2 * 8 * 4, map.TileBytes);
        int[] at = [0, 4, 1];
        Assert.Equal(Expected(values, lengths, [3, 2, 8], [2, 3, 1], at, 0), Run.Load<float>(map, at));
        AssertSilent();
    }

    [Fact]
    public void AViewWithStridesIsCopiedWhereItLies()
    {
        int[] lengths = [10, 24];
        using var tensor = Device.CreateTensor<float>(Iota(lengths), Long(lengths));
        using var slice = tensor.Slice(2..9, 4..16);
        using var map = slice.CreateTensorMap([4, 8]);
        Assert.Equal(Expected(slice.ToArray(), [7, 12], [4, 8], [1, 1], [8, 5], 0), Run.Load<float>(map, 8, 5));
        AssertSilent();
    }

    [Fact]
    public void ElementTypesConvertOnTheirWay()
    {
        var tiny = BitConverter.UInt32BitsToSingle(0x00012345);
        var odd = BitConverter.UInt32BitsToSingle(0x3F801001);
        using var tensor = Device.CreateTensor<float>([tiny, odd, -tiny, float.PositiveInfinity], [4]);
        float[] Load(TensorMapElement element)
        {
            using var map = TensorMap.Create(Device, new Interop.CUdeviceptr(tensor.Block.Address), element, [4], [], [4]);
            return Run.Load<float>(map, 0);
        }

        Assert.Equal([tiny, odd, -tiny, float.PositiveInfinity], Load(TensorMapElement.Float32));
        Assert.Equal([0, odd, -0f, float.PositiveInfinity], Load(TensorMapElement.Float32Flushed));
        Assert.Equal(0x3F802000u, BitConverter.SingleToUInt32Bits(Load(TensorMapElement.TFloat32)[1]));
        Assert.Equal([0, BitConverter.UInt32BitsToSingle(0x3F802000u), -0f, float.PositiveInfinity], Load(TensorMapElement.TFloat32Flushed));
    }

    // From halfway to the even one; the largest numbers become infinite, and a NaN keeps its bits.
    [Fact]
    public void Tf32IsRoundedToTheNearest()
    {
        uint[] bits = [0x3F800FFF, 0x3F801000, 0x3F801001, 0x3F803000, 0xBF803000, 0x3FFFF000, 0x7F7FF000, 0x7FC00001];
        using var tensor = Device.CreateTensor<float>([.. bits.Select(BitConverter.UInt32BitsToSingle)], [8]);
        using var map = TensorMap.Create(Device, new Interop.CUdeviceptr(tensor.Block.Address), TensorMapElement.TFloat32, [8], [], [8]);
        Assert.Equal([0x3F800000u, 0x3F800000u, 0x3F802000u, 0x3F804000u, 0xBF804000u, 0x40000000u, 0x7F800000u, 0x7FC00001u], Run.Load<float>(map, 0).Select(BitConverter.SingleToUInt32Bits));
        AssertSilent();
    }

    [Fact]
    public void ReductionsCombineWithTheTensor()
    {
        Check<float>(1, (a, b) => a + b, i => i - 7.5f);
        Check<double>(1, (a, b) => a + b, i => i - 7.5);
        Check<Half>(1, (a, b) => a + b, i => (Half)(i * 0.25f));
        Check<BFloat16>(2, (a, b) => BFloat16.Min(a, b), i => (BFloat16)(i % 5 - 2f));
        Check<Half>(3, (a, b) => Half.Max(a, b), i => (Half)(i % 5 - 2));
        Check<int>(1, (a, b) => unchecked(a + b), i => i * 100_000_000);
        Check<int>(2, Math.Min, i => i % 7 - 3);
        Check<int>(3, Math.Max, i => i % 7 - 3);
        Check<int>(6, (a, b) => a & b, i => i * 37);
        Check<long>(7, (a, b) => a | b, i => i * 37L << 20);
        Check<int>(8, (a, b) => a ^ b, i => i * 37);
        Check<long>(1, (a, b) => a + b, i => i * 10_000_000_000);
        AssertSilent();

        void Check<T>(int operation, Func<T, T, T> combine, Func<int, T> value) where T : unmanaged
        {
            int[] lengths = [5, 16], box = [4, 16];
            var values = Enumerable.Range(0, 80).Select(value).ToArray();
            using var tensor = Device.CreateTensor<T>(values, Long(lengths));
            using var map = tensor.CreateTensorMap(box);
            var tile = Enumerable.Range(0, 64).Select(i => value(63 - i)).ToArray();
            Run.Store(map, tile, operation, 0, 3);
            var expected = (T[])values.Clone();
            for (var i = 0; i < 32; i++)
                expected[48 + i] = combine(values[48 + i], tile[i]);
            Assert.Equal(expected, tensor.ToArray());
        }
    }

    [Fact]
    public void CountingReductionsWrapAtTheirLimit()
    {
        uint[] values = [0, 5, 9, uint.MaxValue], limits = [9, 9, 9, 9];
        foreach (var (operation, expected) in ((int, uint[])[])[(4, [1, 6, 0, 0]), (5, [9, 4, 8, 9])])
        {
            using var buffer = Device.CreateBuffer<uint>(values);
            using var map = TensorMap.Create(Device, buffer.Address, TensorMapElement.UInt32, [1, 4], [16], [1, 4]);
            Run.Store(map, limits, operation, 0, 0);
            Assert.Equal(expected, buffer.ToArray());
        }
    }

    [Fact]
    public void AMulticastLandsInEveryBlockOfTheMask()
    {
        int[] lengths = [20, 32];
        var values = Iota(lengths);
        using var tensor = Device.CreateTensor<float>(values, Long(lengths));
        using var map = tensor.CreateTensorMap([8, 32], new TensorMapOptions { Swizzle = TensorMapSwizzle.Bytes128 });
        using var output = Device.CreateBuffer<uint>(2 * 16 * 32);
        Device.DefaultStream.Launch(Run.Kernel("load_multicast"), new LaunchConfig(2, 32, 4096), map.AsReadOnly(), output, map.TileBytes, 0, 6);
        var words = output.ToArray();
        for (var i = 0; i < 16 * 32; i++)
        {
            var (row, column) = (i / 32, i % 32);
            var lies = (i * 4 ^ (i * 4 >> 3 & 112)) / 4;
            var right = row + 6 < 20 ? values[((row + 6) * 32) + column] : 0;
            Assert.Equal(right, BitConverter.UInt32BitsToSingle(words[lies]));
            Assert.Equal(right, BitConverter.UInt32BitsToSingle(words[512 + lies]));
        }

        AssertSilent();
    }

    private void AssertSilent() => Assert.Empty(Run.Emulated.Reports);

    private static float[] Iota(int[] lengths) => [.. Enumerable.Range(1, lengths.Aggregate((a, b) => a * b)).Select(i => (float)i)];

    private static nint[] Long(int[] lengths) => [.. lengths.Select(length => (nint)length)];

    private static int[] Ones(int[] box) => [.. box.Select(_ => 1)];

    private static float[] Expected(float[] values, int[] lengths, int[] extents, int[] steps, int[] at, float fill) =>
        [.. Elements(lengths, extents, steps, at).Select(pair => pair.Place < 0 ? fill : values[pair.Place])];

    // Each element of a tile and its index in a dense tensor, or -1 beyond it.
    private static IEnumerable<(int Element, int Place)> Elements(int[] lengths, int[] extents, int[] steps, int[] at)
    {
        var count = extents.Aggregate((a, b) => a * b);
        for (var element = 0; element < count; element++)
        {
            var (place, pitch, rest) = (0, 1, element);
            for (var dimension = lengths.Length - 1; dimension >= 0; dimension--)
            {
                var index = at[lengths.Length - 1 - dimension] + (rest % extents[dimension] * steps[dimension]);
                rest /= extents[dimension];
                place = place < 0 || index < 0 || index >= lengths[dimension] ? -1 : place + (index * pitch);
                pitch *= lengths[dimension];
            }

            yield return (element, place);
        }
    }

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<TensorCopyRun> _run = new(() => new TensorCopyRun());

        internal TensorCopyRun Run => _run.Value;

        public void Dispose()
        {
            if (_run.IsValueCreated)
                _run.Value.Dispose();
        }
    }
}
