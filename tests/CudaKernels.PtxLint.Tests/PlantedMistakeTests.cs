using CudaKernels.PtxLint;

namespace CudaKernels.Tests;

public sealed class PlantedMistakeTests
{
    public static IEnumerable<TheoryDataRow<int, string>> Mistakes() => PlantedMistake.All.Select((mistake, i) => new TheoryDataRow<int, string>(i, $"{mistake.Right.ReplaceLineEndings(" ")} -> {mistake.Wrong.ReplaceLineEndings(" ")}"));

    public static TheoryData<string> Headers() => ["matrices", "copies", "barriers", "warpgroup", "numbers"];

    [Theory]
    [MemberData(nameof(Headers))]
    public void ARightHeaderHasNoFinding(string header)
    {
        var tree = Tree(Right(header));
        Assert.True(Linter.CountStatements(tree, "common/planted.cuh") >= 2);
        Assert.Empty(Linter.Lint(tree));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void TheMistakeIsFoundWhereItStands(int index, string change)
    {
        _ = change;
        var mistake = PlantedMistake.All[index];
        var text = Right(mistake.File);
        var at = text.IndexOf(mistake.Right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{mistake.File} does not have '{mistake.Right}'");
        var line = 1 + text.AsSpan(0, at).Count('\n') + mistake.LineBelow;

        var findings = Linter.Lint(Tree($"{text[..at]}{mistake.Wrong}{text[(at + mistake.Right.Length)..]}"));

        Assert.True(findings.Any(finding => finding.Rule == mistake.Rule && finding.Line == line && finding.Message.Contains(mistake.Says, StringComparison.Ordinal)),
            $"wanted line {line}, {mistake.Rule}, '{mistake.Says}'; got\n{string.Join('\n', findings.Select(finding => $"{finding.Rule} {finding}"))}");
    }

    private static string Right(string header) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Right", $"{header}.cuh"));

    private static Dictionary<string, string> Tree(string header) => new() { ["common/planted.cuh"] = header };
}
