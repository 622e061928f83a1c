namespace CudaKernels.Tests.Vocabulary;

/// <summary>mma.sync multiplies what its lanes hold, element by element of the published tables.</summary>
public sealed class MmaTests(MmaTests.Fixture fixture) : IClassFixture<MmaTests.Fixture>
{
    public static IEnumerable<TheoryDataRow<string>> Forms() => MmaFacts.All.Instructions.Select(form => new TheoryDataRow<string>(form.Ptx));

    public static IEnumerable<TheoryDataRow<string>> Products() => MmaFacts.All.Products.Select(product => new TheoryDataRow<string>(product.Ptx));

    [Fact]
    public void EveryFormIsThere() => Assert.Equal(32, MmaFacts.All.Instructions.Select(form => form.Kernel).Distinct().Count());

    // Every element of A is 1 alone once: row m of D must then be row k of B, which is k in binary.
    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryElementOfAIsWhereTheTableSays(string ptx)
    {
        var form = MmaFacts.All.Instructions.Single(known => known.Ptx == ptx);
        var entries = Entries(form.Map.A);
        var b = Repeat(Matrix(form.B, form.Map.B, IsSet), entries.Count);
        var d = fixture.Run(form, entries.Count, OneAtATime(form.A, entries), b, new uint[entries.Count * 32 * form.D.Words]);
        for (var i = 0; i < entries.Count; i++)
        {
            var (row, k) = entries[i].Place;
            Assert.Equal(Matrix(form.D, form.Map.C, (m, n) => m == row && IsSet(k, n)), Warp(d, form.D, i));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryElementOfBIsWhereTheTableSays(string ptx)
    {
        var form = MmaFacts.All.Instructions.Single(known => known.Ptx == ptx);
        var entries = Entries(form.Map.B);
        var a = Repeat(Matrix(form.A, form.Map.A, (m, k) => IsSet(k, m)), entries.Count);
        var d = fixture.Run(form, entries.Count, a, OneAtATime(form.B, entries), new uint[entries.Count * 32 * form.D.Words]);
        for (var i = 0; i < entries.Count; i++)
        {
            var (k, column) = entries[i].Place;
            Assert.Equal(Matrix(form.D, form.Map.C, (m, n) => n == column && IsSet(k, m)), Warp(d, form.D, i));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryElementOfCIsAddedToItsOwnOfD(string ptx)
    {
        var form = MmaFacts.All.Instructions.Single(known => known.Ptx == ptx);
        var entries = Entries(form.Map.C);
        var c = OneAtATime(form.D, entries);
        var d = fixture.Run(form, entries.Count, new uint[entries.Count * 32 * form.A.Words], new uint[entries.Count * 32 * form.B.Words], c);
        Assert.Equal(c, d);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void TheWorkedProductComesOut(string ptx)
    {
        var product = MmaFacts.All.Products.Single(known => known.Ptx == ptx);
        var form = MmaFacts.All.Instructions.Single(known => known.Ptx == ptx);
        Assert.Equal(Words(product.D, form.D), fixture.Run(form, 1, Words(product.A, form.A), Words(product.B, form.B), Words(product.C, form.D)));
    }

    /// <summary>Row k of a matrix whose rows are all different: k in binary, in five columns.</summary>
    private static bool IsSet(int k, int position) => position < 5 && (k >> position & 1) != 0;

    private static List<(int Lane, int Element, (int Row, int Column) Place)> Entries(int[][][] table) =>
        [.. from lane in Enumerable.Range(0, 32) from element in Enumerable.Range(0, table[lane].Length) select (lane, element, (table[lane][element][0], table[lane][element][1]))];

    private static uint[] OneAtATime(MmaOperand operand, List<(int Lane, int Element, (int Row, int Column) Place)> entries)
    {
        var words = new uint[entries.Count * 32 * operand.Words];
        for (var i = 0; i < entries.Count; i++)
        {
            operand.SetOne(words.AsSpan(i * 32 * operand.Words, 32 * operand.Words), entries[i].Lane, entries[i].Element);
        }

        return words;
    }

    private static uint[] Matrix(MmaOperand operand, int[][][] table, Func<int, int, bool> isOne)
    {
        var words = new uint[32 * operand.Words];
        foreach (var (lane, element, place) in Entries(table))
        {
            if (isOne(place.Row, place.Column))
            {
                operand.SetOne(words, lane, element);
            }
        }

        return words;
    }

    private static uint[] Repeat(uint[] warp, int times) => [.. Enumerable.Repeat(warp, times).SelectMany(words => words)];

    private static uint[] Warp(uint[] words, MmaOperand operand, int index) => words[(index * 32 * operand.Words)..((index + 1) * 32 * operand.Words)];

    private static uint[] Words(string[][] registers, MmaOperand operand) =>
        [.. registers.SelectMany(lane => lane).Select(VectorFile.Hex).SelectMany(bits => operand.Type == "f64" ? (uint[])[(uint)bits, (uint)(bits >> 32)] : [(uint)bits])];

    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<VocabularyModule> _module = new(() => new VocabularyModule("mma_forms.cu", null, [.. MmaFacts.All.Instructions.Select(form => form.Kernel)]));

        internal uint[] Run(MmaForm form, int warps, params uint[][] inputs) => _module.Value.Run(form.Kernel, warps, 32, warps * 32 * form.D.Words, inputs);

        public void Dispose()
        {
            if (_module.IsValueCreated)
            {
                _module.Value.Dispose();
            }
        }
    }
}
