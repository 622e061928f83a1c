using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>Which kernels of the vocabulary's tests may run a line of a twin: those that name a function that leads to it.</summary>
internal static partial class TwinUsers
{
    /// <summary>
    /// The test classes and kernel files for a mutant, with the files' texts: a planted kernel that cannot run the line is blanked out of them.
    /// None where no kernel calls the function.
    /// </summary>
    public static IEnumerable<(string Class, string File, int Stage, string Text)> Of(Mutant mutant)
    {
        var leading = Leading(mutant);
        foreach (var (testClass, file, stage) in VocabularyTests.All)
        {
            var text = VocabularyTests.Text(file);
            if (!TwinText.Reads(text).Contains(mutant.File) || (leading is not null && !Mentions(text, leading)))
                continue;
            yield return (testClass, file, stage, leading is not null && file.StartsWith("planted_", StringComparison.Ordinal) ? Restricted(text, leading) : text);
        }
    }

    // Names of functions, macros and types that lead to the line; null where it cannot be told: in no definition, or in a macro that makes names.
    private static HashSet<string>? Leading(Mutant mutant)
    {
        var lines = mutant.Text.Split('\n');
        var first = mutant.Line - 1;
        while (first > 0 && NameOf(lines, first) is null)
            first--;
        if (NameOf(lines, first) is not { Length: > 0 } name)
            return null;
        var leading = new HashSet<string>(StringComparer.Ordinal) { name };
        var definitions = TwinText.All.Values.SelectMany(Definitions).ToArray();
        var macros = false;
        for (var before = 0; before < leading.Count;)
        {
            before = leading.Count;
            foreach (var (defined, body) in definitions)
            {
                if (!leading.Contains(defined) && !Mentions(body, leading))
                    continue;
                leading.Add(defined);
                if (!body.StartsWith("#define", StringComparison.Ordinal))
                    continue;
                if (body.Contains("##", StringComparison.Ordinal))
                    return null;
                // The functions that a macro's call defines.
                var made = InnerFunction().Matches(body).Select(match => match.Groups["name"].Value).ToArray();
                leading.UnionWith(made);
                macros |= made.Length == 0;
            }
        }

        return macros && !VocabularyTests.All.Any(test => Mentions(VocabularyTests.Text(test.File), leading)) ? null : leading;
    }

    private static IEnumerable<(string Name, string Body)> Definitions(string text)
    {
        var lines = text.Split('\n');
        var starts = Enumerable.Range(0, lines.Length).Where(i => NameOf(lines, i) is not null).ToArray();
        for (var i = 0; i < starts.Length; i++)
            yield return (NameOf(lines, starts[i])!, string.Join('\n', lines[starts[i]..(i + 1 < starts.Length ? starts[i + 1] : lines.Length)]));
    }

    private static string? NameOf(string[] lines, int i) =>
        i > 0 && lines[i - 1].EndsWith('\\') ? null : Definition().Match(lines[i]) is { Success: true } match ? match.Groups["name"].Value : null;

    private static bool Mentions(string text, HashSet<string> names) => Word().Matches(text).Any(word => names.Contains(word.Value));

    private static string Restricted(string text, HashSet<string> leading)
    {
        var whole = PlantedKernel().Replace(text, kernel => Mentions(kernel.Value, leading) ? kernel.Value : new string('\n', kernel.Value.Count(c => c == '\n')));
        return whole.Contains("__global__", StringComparison.Ordinal) ? whole : text;
    }

    [GeneratedRegex(@"^(?:#define (?<name>\w+)|(?:template <[^{;]*> )?struct (?<name>\w+)|.*\b(?:__forceinline__|CK_QUIET|__device__)\b[^({;=]*?\b(?<name>\w+)(?:<[\w, ]+>)?\()")]
    private static partial Regex Definition();

    [GeneratedRegex(@"\b(?:__forceinline__|CK_QUIET|__device__)\b[^({;=]*?\b(?<name>\w+)\(")]
    private static partial Regex InnerFunction();

    // From its launch to the bracket that closes it.
    [GeneratedRegex(@"^// launch [^\n]*\n(?:(?!// launch )[^\n]*\n)*?\}\n", RegexOptions.Multiline)]
    private static partial Regex PlantedKernel();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
