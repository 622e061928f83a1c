using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>wgmma's accumulators and registers hold what the published tables say, entry by entry.</summary>
public sealed class WgmmaFragmentTests(WgmmaFragmentTests.Fixture fixture) : IClassFixture<WgmmaFragmentTests.Fixture>
{
    private const int Threads = 128;

    public static TheoryData<int> Columns() => [.. WgmmaFacts.All.Accumulators.Select(accumulator => accumulator.Columns)];

    // 8, 16, 24, 32 and then multiples of 16.
    public static TheoryData<int> IntegerColumns() => [.. WgmmaFacts.All.Accumulators.Select(accumulator => accumulator.Columns).Where(columns => columns <= 32 || columns % 16 == 0)];

    [Fact]
    public void EveryNumberOfColumnsIsThere() => Assert.Equal(Enumerable.Range(1, 32).Select(i => 8 * i), WgmmaFacts.All.Accumulators.Select(accumulator => accumulator.Columns));

    [Theory]
    [MemberData(nameof(Columns))]
    public void AnAccumulatorOfF32IsLaidOutAsPublished(int columns)
    {
        var words = fixture.Module.Run($"accumulator_f32<{columns}>", 1, Threads, Threads * columns / 2);
        AssertMap(columns, [.. words.Select(word => (int)BitConverter.UInt32BitsToSingle(word))]);
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void AnAccumulatorOfF16IsLaidOutAsPublished(int columns)
    {
        var words = fixture.Module.Run($"accumulator_f16<{columns}>", 2, Threads, 2 * Threads * columns / 4);
        var halves = words.SelectMany(word => (int[])[Number(word), Number(word >> 16)]).ToArray();
        var half = halves.Length / 2;
        AssertMap(columns, [.. Enumerable.Range(0, half).Select(i => (256 * halves[i]) + halves[half + i])]);
    }

    [Theory]
    [MemberData(nameof(IntegerColumns))]
    public void AnAccumulatorOfS32IsLaidOutAsPublished(int columns)
    {
        var words = fixture.Module.Run($"accumulator_s32<{columns}>", 1, Threads, Threads * columns / 2);
        AssertMap(columns, [.. words.Select(word => (int)word)]);
    }

    // Every bit of every element's number is given once: what arrives at [m, k] is the number of the element that it was.
    [Theory]
    [InlineData(1, 0x3F800000u)]
    [InlineData(2, 0x3C00u)]
    [InlineData(4, 0x38u)]
    public void ARegisterOfAHoldsWhatThePublishedTableSays(int perRegister, uint one)
    {
        var facts = WgmmaFacts.All.RegistersOfA.Single(known => known.ElementsPerRegister == perRegister);
        var elements = 4 * perRegister;
        const int bits = 11;
        var words = new uint[bits * Threads * 4];
        for (var bit = 0; bit < bits; bit++)
        {
            for (var number = 0; number < Threads * elements; number++)
            {
                if ((number >> bit & 1) != 0)
                    words[(bit * Threads * 4) + (number / perRegister)] |= one << (number % perRegister * (32 / perRegister));
            }
        }

        var d = fixture.Module.Run($"registers_of_a<{perRegister}>", bits, Threads, bits * Threads * facts.Depth / 2, words);
        var found = new int[64, facts.Depth];
        for (var i = 0; i < d.Length; i++)
        {
            var (bit, thread) = (i / (Threads * facts.Depth / 2), i / (facts.Depth / 2) % Threads);
            var (m, k) = WgmmaFacts.Place(thread, i % (facts.Depth / 2));
            found[m, k] |= (int)BitConverter.UInt32BitsToSingle(d[i]) << bit;
        }

        for (var thread = 0; thread < Threads; thread++)
        {
            for (var element = 0; element < elements; element++)
            {
                var place = facts.Table[thread][element];
                Assert.Equal((thread * elements) + element, found[place[0], place[1]]);
            }
        }
    }

    [Fact]
    public void ThePublishedProductComesOut()
    {
        var product = WgmmaFacts.All.Product;
        var bytes = Convert.FromHexString(product.B);
        var b = Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i))).ToArray();
        Assert.Equal(Words(product.D), fixture.Module.Run("product", 1, Threads, Threads * 4, Words(product.A), b));
    }

    private static uint[] Words(string[][] rows) => [.. rows.SelectMany(row => row).Select(word => (uint)VectorFile.Hex(word))];

    private static int Number(uint half) => (int)(float)BitConverter.UInt16BitsToHalf((ushort)half);

    // values: 256 m + n of every thread and element.
    private static void AssertMap(int columns, int[] values)
    {
        var pairs = new byte[4 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (m, n) = (values[i] / 256, values[i] % 256);
            Assert.Equal(WgmmaFacts.Place(i / (columns / 2), i % (columns / 2)), (m, n));
            BinaryPrimitives.WriteUInt16LittleEndian(pairs.AsSpan(4 * i), (ushort)m);
            BinaryPrimitives.WriteUInt16LittleEndian(pairs.AsSpan((4 * i) + 2), (ushort)n);
        }

        Assert.Equal(WgmmaFacts.All.Accumulators.Single(known => known.Columns == columns).Sha256, Convert.ToHexStringLower(SHA256.HashData(pairs)));
    }

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() =>
        {
            var all = WgmmaFacts.All.Accumulators.Select(accumulator => accumulator.Columns).ToList();
            string[] kernels =
            [
                .. all.Select(columns => $"accumulator_f32<{columns}>"), .. all.Select(columns => $"accumulator_f16<{columns}>"), .. IntegerColumns().Select(row => $"accumulator_s32<{row.Data}>"),
                "registers_of_a<1>", "registers_of_a<2>", "registers_of_a<4>",
            ];
            return new VocabularyModule("wgmma_facts.cu", null, kernels) { SharedBytes = (64 + 256) * 32 };
        });

        internal VocabularyModule Module => _module.Value;

        public void Dispose()
        {
            if (_module.IsValueCreated)
                _module.Value.Dispose();
        }
    }
}
