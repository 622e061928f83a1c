namespace CudaKernels.Tests.Vocabulary;

/// <summary>Permutes, three-input logic, funnel shifts, dot products of bytes; loads and stores with cache hints.</summary>
public sealed class RegisterTests : IDisposable
{
    private readonly VocabularyModule _module = new("registers.cu", null, "copy<u32>", "copy<float2>", "copy<uint4>");

    [Fact]
    public void RegistersArePermutedAsTheManualSays()
    {
        var random = new Random(17);
        uint[] a = Words(random, 256), b = Words(random, 256), c = [.. Enumerable.Range(0, 128).Select(i => (uint)i), .. Words(random, 128)];
        var results = _module.Run("permute", 1, 256, 13 * 256, a, b, c).Chunk(13).ToArray();
        for (var i = 0; i < 256; i++)
        {
            uint[] expected =
            [
                Permuted(a[i], b[i], c[i]), a[i] & b[i] & c[i], a[i] | b[i] | c[i], a[i] ^ b[i] ^ c[i], (a[i] & b[i]) | (~a[i] & c[i]),
                (uint)(Both(a[i], b[i]) << (int)(c[i] % 32) >> 32), (uint)(Both(a[i], b[i]) << (int)Math.Min(c[i], 32) >> 32),
                (uint)(Both(a[i], b[i]) >> (int)(c[i] % 32)), (uint)(Both(a[i], b[i]) >> (int)Math.Min(c[i], 32)),
                Dot(a[i], b[i], c[i], false, false), Dot(a[i], b[i], c[i], true, false), Dot(a[i], b[i], c[i], false, true), Dot(a[i], b[i], c[i], true, true),
            ];
            Assert.Equal(expected, results[i]);
        }
    }

    // Worked by hand: bytes 0x44332211 and 0x88776655 counted from 0 at the lowest, and the sign of byte 7 (0x88) and of byte 0.
    [Fact]
    public void NibblesOfASelectorNameBytes()
    {
        uint[] selectors = [0x3210, 0x7654, 0x0123, 0x7531, 0xF8F8];
        var results = _module.Run("permute", 1, 5, 65, Repeat(0x44332211, 5), Repeat(0x88776655, 5), selectors).Chunk(13).Select(group => group[0]);
        Assert.Equal([0x44332211u, 0x88776655u, 0x11223344u, 0x88664422u, 0xFF00FF00u], results);
    }

    [Theory]
    [InlineData("copy<u32>", 1)]
    [InlineData("copy<float2>", 2)]
    [InlineData("copy<uint4>", 4)]
    public void HintedAccessesMoveWholeElements(string kernel, int words)
    {
        var input = Words(new Random(23), 64 * words);
        Assert.Equal(Enumerable.Repeat(input, 6).SelectMany(part => part), _module.Run(kernel, 1, 64, 6 * 64 * words, input));
    }

    public void Dispose() => _module.Dispose();

    private static uint[] Words(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(0x1_0000_0000))];

    private static uint[] Repeat(uint word, int count) => [.. Enumerable.Repeat(word, count)];

    private static ulong Both(uint low, uint high) => low | (ulong)high << 32;

    private static uint Permuted(uint a, uint b, uint selector)
    {
        var result = 0u;
        for (var i = 0; i < 4; i++)
        {
            var nibble = (int)(selector >> (4 * i)) & 15;
            var part = (byte)(Both(a, b) >> (8 * (nibble % 8)));
            result |= (nibble < 8 ? part : part >= 128 ? 255u : 0u) << (8 * i);
        }

        return result;
    }

    private static uint Dot(uint a, uint b, uint c, bool isASigned, bool isBSigned)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            var (x, y) = ((byte)(a >> shift), (byte)(b >> shift));
            c += (uint)((isASigned ? (sbyte)x : x) * (isBSigned ? (sbyte)y : y));
        }

        return c;
    }
}
