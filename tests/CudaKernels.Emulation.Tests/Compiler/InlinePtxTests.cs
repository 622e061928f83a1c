using CudaKernels.Emulation;
using CudaKernels.Tests.Checks;

namespace CudaKernels.Tests;

/// <summary>Inline PTX of users' files runs, and the checking mode finds mistakes in it, by rule and line.</summary>
public sealed class InlinePtxTests
{
    private static readonly Dictionary<string, PlantedFile> s_files = ((string[])["planted_inline_ptx.cu", "inline_ptx_values.cu"]).ToDictionary(name => name, name => new PlantedFile(Path.Combine(AppContext.BaseDirectory, "UserFiles", name)));

    public static IEnumerable<TheoryDataRow<string, string, int>> Rows() =>
        from file in s_files from row in file.Value.Rows() select new TheoryDataRow<string, string, int>(file.Key, row.Data.Item1, row.Data.Item2);

    [Theory]
    [MemberData(nameof(Rows))]
    public void RunsAndIsWatched(string file, string name, int seed) => s_files[file].Check(name, seed);

    [Theory]
    [InlineData("asm volatile(\"\" ::: \"memory\");")]
    [InlineData("asm(\"vset2.u32.u32.eq %0, %1, 0, 0;\" : \"=r\"(a) : \"r\"(b));")]
    [InlineData("asm(TEXT : \"=r\"(a));")]
    [InlineData("asm(\"mov.u32 %0, %1;\" : \"=r\"(a) : \"C\"(b));")]
    [InlineData("asm(\"add.s32 %0, %1, %2;\" : \"=r\"(a) : \"r\"(b));")]
    [InlineData("asm(\"add.s32 %0, %1, 1;\" : \"=r\"(a")]
    [InlineData("asm(\"add.s32 %0, %1, \"\n#if 0\n\"1;\"\n#else\n\"2;\"\n#endif\n: \"=r\"(a) : \"r\"(b));")]
    [InlineData("int asmodeus(int);")]
    public void WhatIsNotUnderstoodStaysAsItIs(string text)
    {
        Assert.Equal(text, InlinePtx.Rewrite(text, out var found));
        Assert.False(found);
    }

    [Theory]
    [InlineData("inline_ptx_values.cu", "good_waits")]
    [InlineData("planted_inline_ptx.cu", "bad_plain_wait")]
    public void LoopsThatWaitEndOutsideTheCheckingModeToo(string file, string kernel) =>
        Assert.Empty(s_files[file].Run(kernel, new EmulationOptions { KernelTimeLimit = TimeSpan.FromSeconds(4) }));

    [Theory]
    [InlineData("asm volatile(\"ld.global.u32 %0, [%1];\" : \"=r\"(a) : \"l\"(b));", true)]
    [InlineData("asm(\"ld.global.u32 %0, [%1];\" : \"=r\"(a) : \"l\"(b));", false)]
    [InlineData("asm volatile(\"add.u32 %0, %0, 1;\" : \"+r\"(a));", false)]
    public void WhatIsVolatileKeepsItsAccesses(string text, bool isKept) =>
        Assert.Equal(isKept, InlinePtx.Rewrite(text, out _).Contains("__atomic_signal_fence", StringComparison.Ordinal));

    [Fact]
    public void LinesKeepTheirNumbers()
    {
        const string macro = "#define ADD(a, b) \\\n  asm(\"add.s32 %0, %0, \" /* two */ \\\n      \"%1;\" \\\n      : \"+r\"(a) : \"r\"(b))\nint x;\n";
        var text = InlinePtx.Rewrite(macro, out var found);
        Assert.True(found);
        Assert.Equal(macro.Count(c => c == '\n'), text.Count(c => c == '\n'));
        Assert.All(text.Split('\n')[..3], line => Assert.EndsWith("\\", line.TrimEnd(), StringComparison.Ordinal));
        Assert.DoesNotContain("asm(", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OfAConditionOnTheCompilerTheNewerBranchCounts()
    {
        var text = InlinePtx.Rewrite("asm(\"add.s32 %0, %1, \"\n#if __CUDACC_VER_MAJOR__ >= 11\n\"1;\"\n#else\n\"2;\"\n#endif\n: \"=r\"(a) : \"r\"(b));", out var found);
        Assert.True(found);
        Assert.Contains("ck_p::add<int32_t>(ck_r1, 1)", text, StringComparison.Ordinal);
        Assert.Equal(6, text.Count(c => c == '\n'));
    }
}
