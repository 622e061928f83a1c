using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>
/// Changes that take away or weaken what protects a kernel: barriers and fences, guards, loop bounds, lane predicates and masks,
/// counts. One change a mutant, found line by line.
/// </summary>
internal static partial class ProtectionRules
{
    private static readonly (Regex Pattern, string[] Replacements)[] s_rules =
    [
        (new(@"__syncthreads\(\);"), [";", "__syncwarp();"]),
        (new(@"(?:__syncwarp\([^;]*\)|__threadfence\w*\(\));"), [";"]),
        (new(@"ptx::\w*(?:wait|commit|fence|init|arrive|barrier_sync)\w*(?:<[^;()]*>)?\([^;]*\);"), [";"]),
        (new(@"(?<=_wait<)0(?=>)"), ["1"]),
        (new(@"(?<=_wait<)1(?=>)"), ["2"]),
        (new(@"(?<=_wait<k\w+ - )2(?=>)"), ["1"]),
        (new(@"(?<= )<(?= )"), ["<="]),
        (new(@"(?<= )<=(?= )"), ["<"]),
        (new(@"(?<= )>(?= )"), [">="]),
        (new(@"(?<= )>=(?= )"), [">"]),
        (new(@"(?<= )==(?= )"), ["!="]),
        (new(@"(?<= )!=(?= )"), ["=="]),
        (new(@"0xffffffffu"), ["0x0000ffffu"]),
        (new(@" [+-] 1(?![\w.])"), [""]),
        (new(@" \+ k\w+ - 1"), [""]),
        (new(@"(?<=%|/) 32\b"), [" 16"]),
        (new(@"(?<=for \([\w ]+ = )0(?=;)"), ["1"]),
        (new(@"(?<=for \([\w ]+ = )1(?=;)"), ["2"]),
        (new(@"(?<=for \([\w ]+ = )16(?=;)"), ["8"]),
        (new(@"/= 2(?=\))"), ["/= 4"]),
        (new(@">>= 1(?=\))"), [">>= 2"]),
    ];

    /// <summary>All mutants of a file.</summary>
    public static IEnumerable<Mutant> Of(string file, string text) => Of(file, text, Changes);

    /// <summary>The mutants of a file by given changes of a line.</summary>
    public static IEnumerable<Mutant> Of(string file, string text, Func<string, IEnumerable<string>> changes)
    {
        var lines = text.Split('\n');
        var live = LiveLines(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            var code = WithoutComment(lines[i]);
            if (!live[i] || code.TrimStart() is [] or ['#', ..] || code.StartsWith("static_assert", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var changed in changes(code).Where(changed => changed != code).Distinct(StringComparer.Ordinal))
            {
                yield return new Mutant(file, i + 1, code.Trim(), changed.Trim(), string.Join('\n', [.. lines[..i], changed, .. lines[(i + 1)..]]));
            }
        }
    }

    /// <summary>A line with one protection of it taken away or weakened.</summary>
    public static IEnumerable<string> Changes(string code)
    {
        foreach (var (pattern, replacements) in s_rules)
        {
            foreach (Match match in pattern.Matches(code))
            {
                foreach (var replacement in replacements)
                {
                    yield return Replace(code, match.Index, match.Index + match.Length, replacement);
                }
            }
        }

        foreach (Match match in Condition().Matches(code))
        {
            var (start, end) = (match.Index + match.Length, End(code, match.Index + match.Length, [")"]));
            yield return Replace(code, start, end, "true");
            yield return Replace(code, start, end, "false");
        }

        // One of two operands stays.
        foreach (Match match in Junction().Matches(code))
        {
            var (start, end) = (Start(code, match.Index), End(code, match.Index + match.Length, [")", ";", " && ", " || ", " ? ", ", "]));
            yield return Replace(code, start, match.Index + match.Length, "");
            yield return Replace(code, match.Index, end, "");
        }

        // Both outcomes of a choice are the same.
        foreach (Match match in Choice().Matches(code))
        {
            var first = match.Index + match.Length;
            var colon = End(code, first, [" : ", ")", ";"]);
            if (colon >= code.Length || code[colon] != ' ')
            {
                continue;
            }

            var second = colon + 3;
            var end = End(code, second, [")", ";", ", ", " ? ", "}"]);
            if (end >= code.Length || code[end] != ' ')
            {
                yield return Replace(code, second, end, code[first..colon]);
                yield return Replace(code, first, colon, code[second..end]);
            }
        }
    }

    /// <summary>A line with a part of it in other words.</summary>
    public static string Replace(string code, int start, int end, string replacement) => string.Concat(code.AsSpan(0, start), replacement, code.AsSpan(end));

    /// <summary>Where an operand ends: at one of the texts, outside of brackets that it opens.</summary>
    public static int End(string code, int start, string[] ends)
    {
        var depth = 0;
        for (var i = start; i < code.Length; i++)
        {
            if (depth == 0 && ends.Any(end => string.CompareOrdinal(code, i, end, 0, end.Length) == 0))
            {
                return i;
            }

            depth += code[i] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
        }

        return code.Length;
    }

    // Where the operand begins that ends here.
    private static int Start(string code, int end)
    {
        var depth = 0;
        for (var i = end - 1; i >= 0; i--)
        {
            if (depth == 0 && (code[i] is '(' or '[' or '{' || StartsOperand(code, i)))
            {
                return i + 1;
            }

            depth += code[i] switch { ')' or ']' or '}' => 1, '(' or '[' or '{' => -1, _ => 0 };
        }

        return 0;
    }

    private static bool StartsOperand(string code, int space) =>
        code[space] == ' ' && ((ReadOnlySpan<string>)[" =", "return", " &&", " ||", " ?", " :", ","]).ToArray().Any(word => code.AsSpan(0, space).EndsWith(word, StringComparison.Ordinal));

    private static string WithoutComment(string line)
    {
        var comment = line.IndexOf("//", StringComparison.Ordinal);
        return BlockComment().Replace(comment < 0 ? line : line[..comment], "");
    }

    // Lines that only a GPU's compiler reads, after the #else or #elif of #if defined(CK_EMU), are none that the software device can judge.
    private static bool[] LiveLines(string[] lines)
    {
        var live = new bool[lines.Length];
        var branches = new Stack<(bool IsEmulator, bool IsElse)>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart();
            if (line.StartsWith("#if", StringComparison.Ordinal))
            {
                branches.Push((line.Contains("CK_EMU", StringComparison.Ordinal), false));
            }
            else if (line.StartsWith("#el", StringComparison.Ordinal) && branches.Count > 0)
            {
                branches.Push((branches.Pop().IsEmulator, true));
            }
            else if (line.StartsWith("#endif", StringComparison.Ordinal) && branches.Count > 0)
            {
                branches.Pop();
            }

            live[i] = !branches.Contains((true, true));
        }

        return live;
    }

    [GeneratedRegex(@"/\*.*?\*/")]
    private static partial Regex BlockComment();

    [GeneratedRegex(@"\b(?:if|while) \(")]
    private static partial Regex Condition();

    [GeneratedRegex(@" (?:&&|\|\|) (?!\.\.\.)")]
    private static partial Regex Junction();

    [GeneratedRegex(@" \? ")]
    private static partial Regex Choice();
}
