using CudaKernels.PtxLint;

namespace CudaKernels.Tests;

/// <summary>The lint must see the statements that the compiler sees: each case hides a wrong one, or makes a right one, behind preprocessing.</summary>
public sealed class PreprocessingTests
{
    private const string Wrong = "asm volatile(\"bar.sink 0;\" ::: \"memory\");";

    [Theory]
    [InlineData("#if __CUDA_ARCH__ >= 800 && !defined(CK_EMU)\n@\n#endif", true)]
    [InlineData("#if defined(CK_EMU)\n@\n#endif", false)]
    [InlineData("#ifdef CK_EMU\n#else\n@\n#endif", true)]
    [InlineData("#ifndef CK_EMU\n@\n#endif", true)]
    [InlineData("#if defined CK_EMU || (__CUDA_ARCH__ / 10 == 90)\n@\n#endif", true)]
    [InlineData("#if 0\n#if 1\n@\n#endif\n#elif 0x10 > 15u\n#elif 1\n@\n#endif", false)]
    [InlineData("#if __CUDACC_VER_MAJOR__ > 12 || (__CUDACC_VER_MAJOR__ == 12 && __CUDACC_VER_MINOR__ >= 8)\n@\n#endif", true)]
    [InlineData("#if UNKNOWN_NAME\n@\n#endif", false)]
    [InlineData("#if __CUDA_ARCH__ < 9999\n#error no such device\n#endif\n@", false)]
    [InlineData("// @\n/* @ */", false)]
    [InlineData("#define HALF asm volatile(\"bar.\"\nHALF \"sink 0;\" ::: \"memory\");", true)]
    [InlineData("#define STATEMENT(op, ...) asm volatile(\"bar.\" #op \" 0;\" __VA_ARGS__)\nSTATEMENT(sink, ::: \"memory\");", true)]
    [InlineData("#define STATEMENT(op, ...) asm volatile(\"bar.\" #op \" 0;\" __VA_ARGS__)\nSTATEMENT(sync, ::: \"memory\");", false)]
    [InlineData("#define JOIN(a, b) a##b\n#define si_nk \"sink\"\nasm volatile(\"bar.\" JOIN(si, _nk) \" 0;\" ::: \"memory\");", true)]
    [InlineData("#define F(x) G(x)\n#define G(x) F(x) asm volatile(\"bar.\" #x \" 0;\" ::: \"memory\");\nF(sink)", true)]
    [InlineData("#define F(x) asm volatile(\"bar.\" #x \" 0;\" ::: \"memory\")\n#define CALL F\nCALL(sink);", true)]
    [InlineData("#define OP \"sink\"\n#undef OP\n#define OP \"sync\"\nasm volatile(\"bar.\" OP \" 0;\" ::: \"memory\");", false)]
    [InlineData("asm volatile(R\"(bar.sink 0;)\" ::: \"memory\");", true)]
    [InlineData("asm volatile(\"// bar.sink 0;\\n bar.sync 0;\" ::: \"memory\");", false)]
    public void TheStatementIsSeenWhereTheCompilerSeesIt(string text, bool isSeen) =>
        Assert.Equal(isSeen, Linter.Lint(new Dictionary<string, string> { ["common/planted.cuh"] = $"__device__ void f() {{\n{text.Replace("@", Wrong, StringComparison.Ordinal)}\n}}\n" }).Any(finding => finding.Rule == Rule.Spelling));

    [Fact]
    public void AMacroOfAnotherHeaderIsExpandedAndTheCallIsNamed()
    {
        var findings = Linter.Lint(new Dictionary<string, string>
        {
            ["common/forms.cuh"] = "#pragma once\n#define BARRIER(op) asm volatile(\"bar.\" #op \" 0;\" ::: \"memory\")\n",
            ["common/barrier.cuh"] = "#pragma once\n#include \"common/forms.cuh\"\n\n__device__ void f() { BARRIER(sync); }\n__device__ void g() { BARRIER(sink); }\n",
        });
        Assert.Equal(("common/barrier.cuh", 5), Assert.Single(findings.Select(finding => (finding.File, finding.Line))));
    }

    [Fact]
    public void AnUnfinishedConditionIsAFinding() =>
        Assert.Equal(Rule.Syntax, Assert.Single(Linter.Lint(new Dictionary<string, string> { ["common/planted.cuh"] = "#if 1\nint x;\n" })).Rule);
}
