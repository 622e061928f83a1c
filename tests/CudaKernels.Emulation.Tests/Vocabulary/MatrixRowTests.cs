namespace CudaKernels.Tests.Vocabulary;

/// <summary>ldmatrix, stmatrix and movmatrix move each half of each register where the published tables say.</summary>
public sealed class MatrixRowTests(MatrixRowTests.Fixture fixture) : IClassFixture<MatrixRowTests.Fixture>
{
    private const int Words = 1024;

    public static IEnumerable<TheoryDataRow<string>> Variants() => ((string[])["x1", "x1.trans", "x2", "x2.trans", "x4", "x4.trans"]).Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Variants))]
    public void LoadedHalvesComeFromWhereTheTableSays(string name)
    {
        var variant = VectorFile.Read<RowFacts>("ldmatrix.json").Variants[name];
        var rows = Rows(variant);
        var tile = Enumerable.Range(0, Words).Select(i => (uint)(2 * i) | (uint)((2 * i) + 1) << 16).ToArray(); // element i holds i
        var loaded = fixture.Module.Run(KernelName("load", name), 1, 32, 32 * variant.Count, tile, rows);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var register = 0; register < variant.Count; register++)
            {
                for (var half = 0; half < 2; half++)
                {
                    Assert.Equal(variant.Element(rows, lane, register, half), (loaded[(lane * variant.Count) + register] >> (16 * half)) & 0xFFFF);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void StoredHalvesGoWhereTheTableSays(string name)
    {
        var variant = VectorFile.Read<RowFacts>("stmatrix.json").Variants[name];
        var rows = Rows(variant);
        var registers = Enumerable.Range(0, 32 * variant.Count).Select(i => (uint)((2 * i) + 1) | (uint)((2 * i) + 2) << 16).ToArray();
        var stored = fixture.Module.Run(KernelName("store", name), 1, 32, Words, registers, rows);
        var expected = new uint[Words];
        for (var lane = 0; lane < 32; lane++)
        {
            for (var register = 0; register < variant.Count; register++)
            {
                for (var half = 0; half < 2; half++)
                {
                    var element = variant.Element(rows, lane, register, half);
                    expected[element / 2] |= (registers[(lane * variant.Count) + register] >> (16 * half) & 0xFFFF) << (int)(16 * (element % 2));
                }
            }
        }

        Assert.Equal(expected, stored);
    }

    [Fact]
    public void MovedHalvesComeFromWhereTheTableSays()
    {
        var from = VectorFile.Read<MoveFacts>("movmatrix.json").From;
        var registers = Enumerable.Range(0, 32).Select(lane => (uint)(2 * lane) | (uint)((2 * lane) + 1) << 16).ToArray(); // half h of lane l holds 2l + h
        var moved = fixture.Module.Run("transpose", 1, 32, 32, registers);
        for (var lane = 0; lane < 32; lane++)
        {
            for (var half = 0; half < 2; half++)
            {
                Assert.Equal((uint)((2 * from[lane][half][0]) + from[lane][half][1]), moved[lane] >> (16 * half) & 0xFFFF);
            }
        }
    }

    private static string KernelName(string action, string variant) => $"{action}<{variant[1]}, {(variant.EndsWith(".trans", StringComparison.Ordinal) ? "true" : "false")}>";

    // The rows of a variant lie scattered, none beside the next; lanes that name none get an address of their own that must not be used.
    private static uint[] Rows(RowVariant variant)
    {
        var rows = Enumerable.Repeat(0xFFFFFu, 32).ToArray();
        var places = Enumerable.Range(0, Words / 4).ToArray();
        new Random(5).Shuffle(places);
        foreach (var lane in variant.RowLanes.SelectMany(lanes => lanes))
        {
            rows[lane] = (uint)(8 * places[lane]);
        }

        return rows;
    }

    internal sealed record RowFacts(Dictionary<string, RowVariant> Variants);

    internal sealed record MoveFacts(int[][][] From);

    internal sealed record RowVariant(int[][] RowLanes, int[][][][] Table)
    {
        public int Count => RowLanes.Length;

        /// <summary>The element of the tile that a half of a register is.</summary>
        public uint Element(uint[] rows, int lane, int register, int half) => Table[lane][register][half] is [var matrix, var row, var column] ? rows[RowLanes[matrix][row]] + (uint)column : throw new InvalidDataException();
    }

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() => new VocabularyModule(
            "matrix_rows.cu", null, [.. from action in (string[])["load", "store"] from row in Variants() select KernelName(action, row.Data)]));

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
