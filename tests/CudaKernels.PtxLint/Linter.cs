namespace CudaKernels.PtxLint;

/// <summary>Judges the inline PTX of a tree of kernels, which no host compiler reads.</summary>
public static class Linter
{
    /// <summary>Judges every asm statement for every target that no guard keeps out.</summary>
    /// <param name="files">The tree: path, with <c>/</c>, and text. Assembly may stand in <c>common/</c> only.</param>
    /// <returns>The mistakes, by file and line; the same mistake for several targets once.</returns>
    public static IReadOnlyList<Finding> Lint(IReadOnlyDictionary<string, string> files)
    {
        var tokens = Tokens(files);
        var findings = new HashSet<Finding>();
        foreach (var (file, words) in tokens.Where(file => !IsCommon(file.Key)))
            findings.UnionWith(words.Where(AsmReader.IsAsm).Select(word => new Finding(Rule.Placement, file, word.Line, "assembly stands in common/ only, behind a function with a twin for the software device")));

        // A macro of another file may make a statement, so headers without the word asm are read too.
        var common = files.Keys.Where(IsCommon).ToArray();
        var found = new List<Finding>[common.Length];
        Parallel.For(0, common.Length, i => found[i] = Check(tokens, common[i]));
        findings.UnionWith(found.SelectMany(all => all));
        return [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)];
    }

    /// <summary>How many asm statements a file has for some target: what <see cref="Lint"/> judges.</summary>
    /// <param name="files">The tree.</param>
    /// <param name="file">A file of it.</param>
    public static int CountStatements(IReadOnlyDictionary<string, string> files, string file) => Statements(Tokens(files), file).Count();

    /// <summary>The asm statements of <c>common/</c> as compilers get them, macros expanded, each with the targets that it is compiled for.</summary>
    internal static IReadOnlyList<(AsmStatement Statement, IReadOnlyList<Target> Targets)> Statements(IReadOnlyDictionary<string, string> files)
    {
        var tokens = Tokens(files);
        var common = files.Keys.Where(IsCommon).Order(StringComparer.Ordinal).ToArray();
        var found = new List<(AsmStatement, IReadOnlyList<Target>)>[common.Length];
        Parallel.For(0, common.Length, i => found[i] = [.. Statements(tokens, common[i]).Select(statement => (statement.First().Statement, (IReadOnlyList<Target>)[.. statement.Select(compiled => compiled.Target)]))]);
        return [.. found.SelectMany(all => all)];
    }

    private static bool IsCommon(string file) => file.StartsWith("common/", StringComparison.Ordinal);

    private static Dictionary<string, List<Token>> Tokens(IReadOnlyDictionary<string, string> files) => files.ToDictionary(file => file.Key, file => Tokenizer.Read(file.Key, file.Value));

    private static List<Finding> Check(IReadOnlyDictionary<string, List<Token>> files, string file)
    {
        try
        {
            return [.. Statements(files, file).SelectMany(statement => StatementCheck.Check(statement.First().Statement, [.. statement.Select(compiled => compiled.Target)]))];
        }
        catch (UnreadableSourceException exception)
        {
            return [new Finding(Rule.Syntax, exception.File, exception.Line, exception.Message)];
        }
        catch (FormatException exception)
        {
            return [new Finding(Rule.Syntax, file, 1, exception.Message)];
        }
    }

    /// <summary>The statements of the file itself, each with the targets that it is compiled for; those of the headers that it includes are judged with them.</summary>
    private static IEnumerable<IGrouping<(int, string, string), (AsmStatement Statement, Target Target)>> Statements(IReadOnlyDictionary<string, List<Token>> files, string file) =>
        Target.All.SelectMany(target => Preprocessor.Read(files, file, target) is { } tokens ? AsmReader.Read([.. tokens]).Select(statement => (Statement: statement, Target: target)) : [])
            .Where(compiled => compiled.Statement.File == file)
            .GroupBy(compiled => (compiled.Statement.Line, compiled.Statement.Template.Text, string.Join(",", compiled.Statement.Operands.Select(operand => operand.ToString()))));
}
