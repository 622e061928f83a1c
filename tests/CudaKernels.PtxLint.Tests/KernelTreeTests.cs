using System.Text.RegularExpressions;
using CudaKernels.PtxLint;

namespace CudaKernels.Tests;

public sealed partial class KernelTreeTests
{
    private static readonly Dictionary<string, string> s_tree = KernelSource.ResourcePaths.ToDictionary(path => path, path => KernelSource.FromResource(path).Text);

    [Fact]
    public void EveryStatementOfTheTreeIsRight()
    {
        Assert.Empty(Linter.Lint(s_tree));
        Assert.Equal(3, Linter.CountStatements(s_tree, "common/numeric.cuh"));
    }

    // A statement that no target compiles would pass unread. Those in macros are counted where the macro is called.
    [Fact]
    public void EveryHeaderWithAssemblyWasJudged() =>
        Assert.All(s_tree.Where(file => file.Key.StartsWith("common/", StringComparison.Ordinal) && StatementLine().IsMatch(file.Value)), file => Assert.True(Linter.CountStatements(s_tree, file.Key) > 0, file.Key));

    [Theory]
    [InlineData("  asm(\"trap;\");")]
    [InlineData("  asm volatile(\"trap;\");")]
    [InlineData("  __asm__ __volatile__(\"trap;\");")]
    [InlineData("#if 0\n  asm (\"trap;\");\n#endif")]
    public void AssemblyOutsideTheCommonHeadersIsFound(string statement)
    {
        var finding = Assert.Single(Linter.Lint(new Dictionary<string, string> { ["losses/planted.cu"] = $"__global__ void f() {{\n{statement}\n}}\n" }));
        Assert.Equal((Rule.Placement, "losses/planted.cu", statement.StartsWith('#') ? 3 : 2), (finding.Rule, finding.File, finding.Line));
    }

    [Fact]
    public void TheWordInACommentOrATextIsNoAssembly() =>
        Assert.Empty(Linter.Lint(new Dictionary<string, string> { ["losses/planted.cu"] = "// asm(\"trap;\")\nconst char* s = \"asm(trap)\"; /* asm */ int asmx;\n" }));

    [GeneratedRegex(@"^\s*asm\b.*[^\\\n]$", RegexOptions.Multiline)]
    private static partial Regex StatementLine();
}
