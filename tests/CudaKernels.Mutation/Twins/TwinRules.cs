using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>
/// Changes that take away or weaken what a twin tells the engine, beside those of <see cref="ProtectionRules"/>: calls that arrive, wait, fence,
/// commit, issue or note an access, the numbers and flags that they are given, the lanes and words that matrices are put together from, and the
/// order of atomics. What a <c>static_assert</c> guards is the compiler's to refuse and is left alone.
/// </summary>
internal static partial class TwinRules
{
    private static readonly (Regex Pattern, string[] Replacements)[] s_rules =
    [
        (new("__ATOMIC_(?:ACQUIRE|RELEASE|ACQ_REL)"), ["__ATOMIC_RELAXED"]),
        (new("CKRT_COPY_GROUP"), ["CKRT_BULK_GROUP"]),
        (new("CKRT_BULK_GROUP"), ["CKRT_COPY_GROUP", "CKRT_TRANSACTION"]),
        (new("CKRT_TRANSACTION"), ["CKRT_BULK_GROUP"]),
        (new(@"(?<=[(,<] ?)true(?=[,)>])"), ["false"]),
        (new(@"(?<=[(,<] ?)false(?=[,)>])"), ["true"]),
        (new(@"(?<=, )(?:source_)?bytes(?=[,)])"), ["0"]),
        (new(@"(?<=[\w)] )\+(?= [\w(])"), ["-"]),
        (new(@"(?<=[\w)\]] )>>(?= [\w(])"), ["<<"]),
        (new(@"(?<=[\w)\]] )&(?= [\w(])"), ["|"]),
        (new(@"(?<=[\w)\]] )\|(?= [\w(])"), ["&"]),
    ];

    /// <summary>All mutants of a twin's text.</summary>
    public static IEnumerable<Mutant> Of(string file, string text) =>
        ProtectionRules.Of(file, text, code =>
        {
            if (code.Contains("static_assert", StringComparison.Ordinal))
                return [];
            // Parameters of a template are no guards.
            var header = TemplateHeader().Match(code).Length;
            var (before, rest) = (code[..header], code[header..]);
            return ProtectionRules.Changes(rest).Concat(Changes(rest)).Select(changed => before + changed);
        });

    private static IEnumerable<string> Changes(string code)
    {
        foreach (var (pattern, replacements) in s_rules)
        {
            foreach (Match match in pattern.Matches(code))
            {
                foreach (var replacement in replacements)
                    yield return ProtectionRules.Replace(code, match.Index, match.Index + match.Length, replacement);
            }
        }

        // A call that is a statement of its own, or whose value is returned.
        foreach (Match match in Call().Matches(code))
        {
            var end = ProtectionRules.End(code, match.Index + match.Length, [")"]);
            if (end + 1 < code.Length && code[end + 1] == ';')
                yield return ProtectionRules.Replace(code, match.Index, end + 1, match.Groups["return"].Success ? "return {}" : "");
        }

        // A number that is handed on, or that a lane, a word or a bit is counted by.
        foreach (Match match in Argument().Matches(code))
            yield return ProtectionRules.Replace(code, match.Index, match.Index + match.Length, Other(match.Value));
        foreach (Match match in Factor().Matches(code))
            yield return ProtectionRules.Replace(code, match.Index, match.Index + match.Length, $"{2 * int.Parse(match.Value, CultureInfo.InvariantCulture)}");
    }

    private static string Other(string number) => number switch { "0" => "1", "1" => "0", _ => $"{int.Parse(number, CultureInfo.InvariantCulture) / 2}" };

    [GeneratedRegex(@"(?<=^\s*|[{};)] |else )(?<return>return )?(?:ckrt_\w+|ckrt::\w+|twin::\w+|__threadfence\w*|__atomic_\w+|memcpy|memset|look|issue_\w+|check_\w+|whole_access|tensor_load|cluster_\w+)(?:<[^;()]*>)?\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\s*template <[^{;()]*> (?=\w)")]
    private static partial Regex TemplateHeader();

    [GeneratedRegex(@"(?<=, )\d+(?=[,)}])")]
    private static partial Regex Argument();

    [GeneratedRegex(@"(?<=[\w)] [*/%] |[ (\[])[1-9]\d?(?=\)|\]|;| [*] )(?<=[*/%] \d+|\d+(?= [*] ))")]
    private static partial Regex Factor();
}
