using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>The index of the kernels (kernels/README.md) says what the catalog and the files say.</summary>
public sealed class KernelIndexTests
{
    private const string Update = "UPDATE_INDEX";

    [Fact]
    public void TheKernelIndexIsTrue()
    {
        var text = new StringBuilder();
        foreach (var family in OpCatalog.All.GroupBy(operation => operation.Family).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            text.Append($"\n\n## {family.Key}\n\n| file | operations | element types | what it computes |\n|---|---|---|---|\n");
            text.AppendJoin('\n', family.SelectMany(operation => operation.KernelFiles.Select(file => (File: file, Operation: operation))).GroupBy(use => use.File, use => use.Operation).OrderBy(file => file.Key, StringComparer.Ordinal).Select(Row));
        }

        text.Append("\n\n## common\n\n| header | holds |\n|---|---|\n");
        text.AppendJoin('\n', KernelSource.ResourcePaths.Where(path => path.EndsWith(".cuh", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(path => $"| {Link(path)} | {FirstSentence(path)} |"));
        Expect(Path.Combine(Root(), "kernels/README.md"), text.Append('\n').ToString());
    }

    private static string Row(IGrouping<string, OpCase> file)
    {
        var types = ElementTypes.All.Where(kind => file.Any(operation => operation.Types.Contains(kind) && operation.Variants.Any(variant => operation.KernelFileOf(variant) == file.Key && operation.Covers(kind, variant)))).Select(ElementTypes.ShortName);
        return $"| {Link(file.Key)} | {string.Join(", ", file.Select(operation => operation.Name))} | {string.Join(' ', types)} | {FirstSentence(file.Key)} |";
    }

    private static string Link(string path) => $"[{path.Split('/')[^1]}]({path})";

    /// <summary>The comment that begins a file, up to its first full stop.</summary>
    private static string FirstSentence(string path)
    {
        var comment = string.Join(' ', KernelSource.FromResource(path).Text.Split('\n').TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Select(line => line[2..].Trim()));
        var end = comment.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? comment.TrimEnd('.') : comment[..end]).Replace("|", "\\|", StringComparison.Ordinal);
    }

    /// <summary>Compares a file from its first table's heading on, or rewrites it when the variable UPDATE_INDEX is set.</summary>
    private static void Expect(string path, string tables)
    {
        var whole = File.ReadAllText(path);
        var start = whole.IndexOf("\n\n## ", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            File.WriteAllText(path, whole[..start] + tables);
            return;
        }

        Assert.True(whole[start..] == tables, $"{path} is not what the catalog says; run the tests with {Update}=1 to rewrite it");
    }

    [Fact]
    public void EveryRowThatIsTimedOnAGpuIsAnOperation()
    {
        var rows = Regex.Match(File.ReadAllText(Path.Combine(Root(), "bench/on-gpu.sh")), "^default_rows=\"([^\"]+)\"", RegexOptions.Multiline).Groups[1].Value.Split([' ', '\n', ',']);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Single(OpCatalog.Matching(row)));
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../.."));
}
