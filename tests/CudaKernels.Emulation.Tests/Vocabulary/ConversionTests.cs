namespace CudaKernels.Tests.Vocabulary;

/// <summary>The conversions give the published bits, in both halves of a pair.</summary>
public sealed class ConversionTests(ConversionTests.Fixture fixture) : IClassFixture<ConversionTests.Fixture>
{
    private static readonly ConversionFacts s_facts = VectorFile.Read<ConversionFacts>("conversions.json");

    [Fact]
    public void EightBitFloatsAreRoundedAndSaturated()
    {
        var groups = Narrow([.. s_facts.Saturating.Select(entry => (uint)VectorFile.Hex(entry.F32))]);
        for (var i = 0; i < s_facts.Saturating.Length; i++)
        {
            var entry = s_facts.Saturating[i];
            Assert.Equal((entry.Case, Pair(VectorFile.Hex(entry.E4m3), 8) | Pair(VectorFile.Hex(entry.E5m2), 8) << 16), (entry.Case, groups[i][2]));
        }
    }

    [Fact]
    public void SixteenBitFloatsAndTf32AreRounded()
    {
        var groups = Narrow([.. s_facts.Narrowing.Select(entry => (uint)VectorFile.Hex(entry.F32))]);
        for (var i = 0; i < s_facts.Narrowing.Length; i++)
        {
            var entry = s_facts.Narrowing[i];
            Assert.Equal((entry.Case, Pair(VectorFile.Hex(entry.F16), 16)), (entry.Case, groups[i][0]));
            Assert.Equal((entry.Case, Pair(VectorFile.Hex(entry.Bf16), 16)), (entry.Case, groups[i][1]));
            if (entry.Tf32 is { } tf32)
            {
                Assert.Equal((entry.Case, (uint)VectorFile.Hex(tf32)), (entry.Case, groups[i][3]));
            }
            else
            {
                Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle(groups[i][3])), entry.Case);
            }

            Assert.Equal(groups[i][3], groups[i][4]);
        }
    }

    [Fact]
    public void Tf32TiesGoAwayFromZero()
    {
        var groups = Narrow([.. s_facts.Tf32.Select(entry => (uint)VectorFile.Hex(entry.F32))]);
        Assert.Equal(s_facts.Tf32.Select(entry => (uint)VectorFile.Hex(entry.Rounded)), groups.Take(s_facts.Tf32.Length).Select(group => group[3]));
    }

    [Theory]
    [InlineData("e4m3")]
    [InlineData("e5m2")]
    public void EveryCodeHasItsValue(string format)
    {
        var codes = Enumerable.Range(0, 256).Select(code => (uint)code | (uint)(255 - code) << 8).ToArray();
        var wide = fixture.Module.Run("widen", 1, 256, 512, codes);
        for (var code = 0; code < 256; code++)
        {
            var pair = wide[(2 * code) + (format == "e5m2" ? 1 : 0)];
            Assert.Equal((code, ValueOf(format, code)), (code, (float)BitConverter.UInt16BitsToHalf((ushort)pair)));
            Assert.Equal((code, ValueOf(format, 255 - code)), (code, (float)BitConverter.UInt16BitsToHalf((ushort)(pair >> 16))));
        }
    }

    [Fact]
    public void HalvesBecomeWhatTheSameFloatsBecome()
    {
        var halves = Enumerable.Range(0, 65536).Select(i => (uint)i | (uint)(65535 - i) << 16).ToArray();
        var narrowed = fixture.Module.Run("narrow_halves", 256, 256, 65536, halves);
        var floats = halves.SelectMany(pair => (uint[])[Widened((ushort)pair), Widened((ushort)(pair >> 16))]).ToArray();
        var expected = fixture.Module.Run("narrow", 256, 256, 5 * 65536, floats);
        Assert.Equal(Enumerable.Range(0, 65536).Select(i => expected[(5 * i) + 2]), narrowed);
    }

    // .NET rounds to Half by its own code; NaN aside, it must agree on any float.
    [Fact]
    public void RandomFloatsBecomeTheHalvesOfTheFramework()
    {
        var random = new Random(11);
        var floats = Enumerable.Range(0, 2 * 25600).Select(_ => (uint)random.NextInt64(0x1_0000_0000)).Where(bits => !float.IsNaN(BitConverter.UInt32BitsToSingle(bits))).Take(2 * 25344).ToArray();
        var groups = fixture.Module.Run("narrow", 99, 256, 5 * 25344, floats);
        for (var i = 0; i < 25344; i++)
        {
            Assert.Equal(NarrowedByFramework(floats[2 * i]) | NarrowedByFramework(floats[(2 * i) + 1]) << 16, groups[5 * i]);
        }
    }

    /// <summary>Each float in both places of a pair; five words for each.</summary>
    private uint[][] Narrow(uint[] floats)
    {
        var padded = new uint[256 * 2];
        for (var i = 0; i < floats.Length; i++)
        {
            padded[2 * i] = padded[(2 * i) + 1] = floats[i];
        }

        return [.. fixture.Module.Run("narrow", 1, 256, 5 * 256, padded).Chunk(5)];
    }

    private static uint Pair(ulong bits, int width) => (uint)(bits | bits << width);

    private static float ValueOf(string format, int code) => s_facts.Codes[format][code] is { } bits ? BitConverter.UInt32BitsToSingle((uint)VectorFile.Hex(bits)) : float.NaN;

    private static uint Widened(ushort half) => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(half));

    private static uint NarrowedByFramework(uint bits) => BitConverter.HalfToUInt16Bits((Half)BitConverter.UInt32BitsToSingle(bits));

    internal sealed record ConversionFacts(Dictionary<string, string?[]> Codes, Saturating[] Saturating, Narrowing[] Narrowing, Tf32Rounding[] Tf32);

    internal sealed record Saturating(string Case, string F32, string E4m3, string E5m2);

    internal sealed record Narrowing(string Case, string F32, string Bf16, string F16, string? Tf32);

    internal sealed record Tf32Rounding(string F32, string Rounded);

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() => new VocabularyModule("conversions.cu"));

        internal VocabularyModule Module => _module.Value;

        public void Dispose()
        {
            if (_module.IsValueCreated)
            {
                _module.Value.Dispose();
            }
        }
    }
}
