namespace CudaKernels.Tests.Vocabulary;

/// <summary>Every type of wgmma multiplies, from shared memory and from registers: small numbers, so that every sum is exact.</summary>
public sealed class WgmmaTypeTests(WgmmaTypeTests.Fixture fixture) : IClassFixture<WgmmaTypeTests.Fixture>
{
    private const int Columns = 48;
    private const int Threads = 128;

    private static readonly (string A, string B, string D)[] s_types =
    [
        ("f16", "f16", "f32"), ("f16", "f16", "f16"), ("bf16", "bf16", "f32"), ("tf32", "tf32", "f32"),
        ("e4m3", "e4m3", "f32"), ("e4m3", "e5m2", "f32"), ("e5m2", "e4m3", "f32"), ("e5m2", "e5m2", "f32"),
        ("e4m3", "e4m3", "f16"), ("e4m3", "e5m2", "f16"), ("e5m2", "e4m3", "f16"), ("e5m2", "e5m2", "f16"),
        ("s8", "s8", "s32"), ("s8", "u8", "s32"), ("u8", "s8", "s32"), ("u8", "u8", "s32"),
        ("s8", "s8", "s32"), ("s8", "u8", "s32"), ("u8", "s8", "s32"), ("u8", "u8", "s32"),
        ("bf16", "bf16", "f32"), ("bf16", "bf16", "f32"), ("bf16", "bf16", "f32"), ("bf16", "bf16", "f32"),
    ];

    public static TheoryData<int> Types() => [.. Enumerable.Range(0, s_types.Length)];

    [Theory]
    [MemberData(nameof(Types))]
    public void ASumIsExact(int type)
    {
        var (a, b, d) = s_types[type];
        var random = new Random(type);
        var c = Enumerable.Range(0, Threads * Columns / 2).Select(_ => random.Next(-9, 10)).ToArray();
        var (factors, others) = (Operand(a, 64, random), Operand(b, Columns, random));
        var found = Multiply(type, factors, others, [.. c.Select(value => (double)value)]);
        var sign = type switch { 20 or 21 => -1, _ => 1 };
        for (var block = 0; block < 2; block++)
        {
            for (var i = 0; i < c.Length; i++)
            {
                var (m, n) = WgmmaFacts.Place(i / (Columns / 2), i % (Columns / 2));
                var sum = (type == 23 ? 0 : c[i]) + (sign * factors[m].Zip(others[n], (x, y) => x * y).Sum());
                Assert.True(sum == found[block][i], $"{a} * {b} -> {d}, A from {(block == 0 ? "shared memory" : "registers")}: D[{m}, {n}] is {found[block][i]}, {sum} is right");
            }
        }
    }

    // Beyond 32 bits the plain forms wrap around, the others stay at the end.
    [Theory]
    [InlineData(12, int.MaxValue)]
    [InlineData(13, int.MinValue)]
    [InlineData(14, int.MaxValue)]
    [InlineData(15, int.MaxValue)]
    [InlineData(16, int.MaxValue)]
    [InlineData(17, int.MinValue)]
    [InlineData(18, int.MaxValue)]
    [InlineData(19, int.MaxValue)]
    public void AnIntegerBeyondItsRangeWrapsOrStays(int type, int start)
    {
        var up = start > 0 ? 1 : -1;
        var factors = Enumerable.Range(0, 64).Select(_ => Enumerable.Repeat(up, 32).ToArray()).ToArray();
        var others = Enumerable.Range(0, Columns).Select(_ => Enumerable.Repeat(1, 32).ToArray()).ToArray();
        var found = Multiply(type, factors, others, [.. Enumerable.Repeat((double)start, Threads * Columns / 2)]);
        double right = type >= 16 ? start : unchecked(start + (32 * up));
        Assert.All(found[0].Concat(found[1]), value => Assert.Equal(right, value));
    }

    // tf32 has ten bits of mantissa: the lower ones are not read.
    [Fact]
    public void TheLowBitsOfTf32AreNotRead()
    {
        uint[] a = [.. Enumerable.Repeat(BitConverter.SingleToUInt32Bits(1) | 0x1FFF, 64 * 8)];
        uint[] b = [.. Enumerable.Repeat(BitConverter.SingleToUInt32Bits(2), Columns * 8)];
        var words = fixture.Module.Run("multiply<3>", 2, Threads, 2 * Threads * Columns / 2, a, b, new uint[Threads * Columns / 2]);
        Assert.All(words, word => Assert.Equal(16, BitConverter.UInt32BitsToSingle(word)));
    }

    [Fact]
    public void ANaNInAnAccumulatorThatIsLeftOutDoesNotMatter()
    {
        var ones = Enumerable.Range(0, 64).Select(_ => Enumerable.Repeat(1, 16).ToArray()).ToArray();
        var found = Multiply(23, ones, ones[..Columns], [.. Enumerable.Repeat(double.NaN, Threads * Columns / 2)]);
        Assert.All(found[0].Concat(found[1]), value => Assert.Equal(16, value));
    }

    private double[][] Multiply(int type, int[][] a, int[][] b, double[] c)
    {
        var (typeA, typeB, typeD) = s_types[type];
        var isHalf = typeD == "f16";
        uint[] start = isHalf ? [.. c.Chunk(2).Select(pair => Half(pair[0]) | (Half(pair[1]) << 16))] : [.. c.Select(value => typeD == "s32" ? (uint)(int)value : BitConverter.SingleToUInt32Bits((float)value))];
        var words = fixture.Module.Run($"multiply<{type}>", 2, Threads, 2 * start.Length, Words(a, typeA), Words(b, typeB), start);
        return [.. words.Chunk(start.Length).Select(block => block.SelectMany(word => isHalf ? (double[])[Number(word), Number(word >> 16)] : [typeD == "s32" ? (double)(int)word : BitConverter.UInt32BitsToSingle(word)]).ToArray())];
    }

    private static uint Half(double value) => BitConverter.HalfToUInt16Bits((Half)value);

    private static double Number(uint half) => (double)BitConverter.UInt16BitsToHalf((ushort)half);

    private static int[][] Operand(string type, int rows, Random random) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, 32 / Bytes(type)).Select(_ => random.Next(type == "u8" ? 0 : -3, 4)).ToArray())];

    private static int Bytes(string type) => type switch { "tf32" => 4, "f16" or "bf16" => 2, _ => 1 };

    private static uint[] Words(int[][] rows, string type)
    {
        var perWord = 4 / Bytes(type);
        return [.. rows.SelectMany(row => row.Chunk(perWord)).Select(elements => elements.Select((element, i) => Code(element, type) << (8 * Bytes(type) * i)).Aggregate((x, y) => x | y))];
    }

    private static uint Code(int value, string type) => type switch
    {
        "tf32" => BitConverter.SingleToUInt32Bits(value),
        "bf16" => BitConverter.SingleToUInt32Bits(value) >> 16,
        "f16" => Half(value),
        "e5m2" => Half(value) >> 8,
        "e4m3" => value == 0 ? 0 : ((value < 0 ? 0x80u : 0) | (((BitConverter.SingleToUInt32Bits(Math.Abs(value)) >> 23) - 120) << 3) | (BitConverter.SingleToUInt32Bits(value) >> 20 & 7)),
        _ => (byte)value,
    };

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() =>
            new VocabularyModule("wgmma_types.cu", null, [.. Enumerable.Range(0, s_types.Length).Select(type => $"multiply<{type}>")]) { SharedBytes = (64 + Columns) * 32 });

        internal VocabularyModule Module => _module.Value;

        public void Dispose()
        {
            if (_module.IsValueCreated)
                _module.Value.Dispose();
        }
    }
}
