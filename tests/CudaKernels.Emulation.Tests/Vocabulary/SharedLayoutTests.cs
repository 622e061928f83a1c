using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>Matrix descriptors have the published bits and name the published addresses, and products find operands there.</summary>
public sealed class SharedLayoutTests(SharedLayoutTests.Fixture fixture) : IClassFixture<SharedLayoutTests.Fixture>
{
    private static readonly string[] s_types = ["bf16", "tf32", "e4m3"];

    public static TheoryData<string> Descriptors() => [.. SharedLayoutFacts.All.Descriptors.Select(descriptor => descriptor.Name)];

    public static TheoryData<int> Layouts() => [.. Enumerable.Range(0, SharedLayoutFacts.All.Layouts.Length)];

    [Fact]
    public void EveryDescriptorHasThePublishedBits()
    {
        var all = SharedLayoutFacts.All.Descriptors;
        Assert.Equal(22, all.Length);
        uint[] fields = [.. all.SelectMany(known => (uint[])[(uint)known.Start, (uint)known.Leading, (uint)known.Stride, (uint)known.Width])];
        var words = fixture.Module.Run("descriptors", 1, all.Length, 2 * all.Length, fields);
        for (var i = 0; i < all.Length; i++)
            Assert.Equal(VectorFile.Hex(all[i].Value), words[2 * i] | ((ulong)words[(2 * i) + 1] << 32));
    }

    // The short forms fill in what a TMA box of a swizzle's width means: rows of that width behind each other.
    [Fact]
    public void TheShortFormsAreThoseOfBoxesAsWideAsTheSwizzle()
    {
        var all = SharedLayoutFacts.All.Descriptors.Where(known => known.Width != 0 && known.Stride == 8 * known.Width).ToArray();
        Assert.Contains(all, known => known.MnMajor);
        Assert.Contains(all, known => !known.MnMajor);
        uint[] fields = [.. all.SelectMany(known => (uint[])[(uint)known.Start, (uint)known.Leading, (uint)known.Width])];
        var words = fixture.Module.Run("short_descriptors", 1, all.Length, 4 * all.Length, fields);
        for (var i = 0; i < all.Length; i++)
        {
            var at = (4 * i) + (all[i].MnMajor ? 2 : 0);
            Assert.Equal(VectorFile.Hex(all[i].Value), words[at] | ((ulong)words[at + 1] << 32));
        }
    }

    [Theory]
    [MemberData(nameof(Descriptors))]
    public void ADescriptorNamesThePublishedAddresses(string name)
    {
        var known = SharedLayoutFacts.All.Descriptors.Single(descriptor => descriptor.Name == name);
        var value = VectorFile.Hex(known.Value);
        uint[] what = [(uint)value, (uint)(value >> 32), known.MnMajor ? 1u : 0, (uint)known.ElementBytes, (uint)known.Extent, (uint)known.Depth];
        var addresses = fixture.Module.Run("addresses", 1, 128, known.Extent * known.Depth, what);
        foreach (var sample in known.Samples)
            Assert.Equal((uint)sample[2], addresses[(sample[0] * known.Depth) + sample[1]]);
        var bytes = new byte[4 * addresses.Length];
        for (var i = 0; i < addresses.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), addresses[i]);
        Assert.Equal(known.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void ACanonicalLayoutLiesAsPublished(int number)
    {
        var layout = SharedLayoutFacts.All.Layouts[number];
        var (extent, depth) = (layout.Extent, layout.Depth);
        var swizzle = layout.Width switch { 128 => 1ul, 64 => 2ul, 32 => 3ul, _ => 0ul };
        var value = ((ulong)layout.Leading >> 4 << 16) | ((ulong)layout.Stride >> 4 << 32) | (swizzle << 62);
        uint[] what = [(uint)value, (uint)(value >> 32), layout.MnMajor ? 1u : 0, (uint)layout.ElementBytes, (uint)extent, (uint)depth];
        var addresses = fixture.Module.Run("addresses", 1, 128, extent * depth, what);
        foreach (var sample in layout.Samples)
        {
            Assert.Equal((uint)sample[3], addresses[(sample[0] * depth) + sample[1]]);
            Assert.Equal(sample[3], layout.Place(sample[0], sample[1]));
        }
    }

    // Both operands in the same layout, wherever the published formula puts each element.
    [Theory]
    [MemberData(nameof(Layouts))]
    public void AProductFindsItsOperandsInACanonicalLayout(int number)
    {
        var layout = SharedLayoutFacts.All.Layouts[number];
        var depth = layout.Depth;
        var image = new byte[32768];
        const int startOfB = 16384;
        for (var mn = 0; mn < 64; mn++)
        {
            for (var k = 0; k < depth; k++)
            {
                Write(image.AsSpan(layout.Place(mn, k)), layout.Type, A(mn, k));
                Write(image.AsSpan(startOfB + layout.Place(mn, k)), layout.Type, B(k, mn));
            }
        }

        uint[] operand = [(uint)layout.Leading, (uint)layout.Stride, (uint)layout.Width];
        uint[] what = [(uint)image.Length, (uint)(depth * layout.ElementBytes / 32), .. operand, 0, (uint)layout.Step, .. operand, startOfB, (uint)layout.Step];
        var words = new uint[image.Length / 4];
        Buffer.BlockCopy(image, 0, words, 0, image.Length);
        var transposed = layout.MnMajor ? 1 : 0;
        var d = fixture.Module.Run($"layout_product<{Array.IndexOf(s_types, layout.Type)}, {transposed}, {transposed}>", 1, 128, 128 * 32, words, what);
        for (var i = 0; i < d.Length; i++)
        {
            var (m, n) = WgmmaFacts.Place(i / 32, i % 32);
            Assert.Equal((float)Enumerable.Range(0, depth).Sum(k => A(m, k) * B(k, n)), BitConverter.UInt32BitsToSingle(d[i]));
        }
    }

    private static int A(int m, int k) => ((3 * m) + (5 * k)) % 9 - 4;

    private static int B(int k, int n) => ((7 * k) + (2 * n)) % 11 - 5;

    private static void Write(Span<byte> to, string type, int value)
    {
        switch (type)
        {
            case "bf16":
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                break;
            case "tf32":
                BinaryPrimitives.WriteSingleLittleEndian(to, value);
                break;
            default:
                to[0] = E4M3(value);
                break;
        }
    }

    // Small integers are exact: sign, 4 bits of exponent biased by 7, 3 of mantissa.
    private static byte E4M3(int value)
    {
        if (value == 0)
            return 0;
        var bits = BitConverter.SingleToUInt32Bits(Math.Abs(value));
        return (byte)((value < 0 ? 0x80 : 0) | (((int)(bits >> 23) - 127 + 7) << 3) | (int)(bits >> 20 & 7));
    }

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() =>
            new VocabularyModule("shared_layouts.cu", null, "layout_product<0, 0, 0>", "layout_product<0, 1, 1>", "layout_product<1, 0, 0>", "layout_product<2, 0, 0>") { SharedBytes = 32768 });

        internal VocabularyModule Module => _module.Value;

        public void Dispose()
        {
            if (_module.IsValueCreated)
                _module.Value.Dispose();
        }
    }
}
