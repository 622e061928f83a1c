using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>Changes to what a kernel computes: an operator, an index, a bound.</summary>
internal static class SemanticRules
{
    /// <summary>The changes to try, the most telling first: what an element becomes, then where it goes, then how many there are.</summary>
    private static readonly (Regex Pattern, string Replacement)[] s_rules =
    [
        (new(@"\? (?<a>[^:?;]+) : (?<b>[^;?]+);"), "? ${b} : ${a};"),
        (new(@"return (?<a>[\w.]+) == (?<b>[\w.]+);"), "return ${a} != ${b};"),
        (new(@"return (?<a>[\w.]+) != (?<b>[\w.]+);"), "return ${a} == ${b};"),
        (new(@"return (?<a>[\w.]+) (?<op><=?) (?<b>[\w.]+);"), "return ${a} > ${b};"),
        (new(@"return (?<a>[\w.]+) (?<op>>=?) (?<b>[\w.]+);"), "return ${a} < ${b};"),
        (new(@"return (?<a>\w+) && (?<b>\w+);"), "return ${a} || ${b};"),
        (new(@"return (?<a>\w+) \|\| (?<b>\w+);"), "return ${a} && ${b};"),
        (new(@"return (?<a>[^;]*\)) \+ (?<b>[^;]+);"), "return ${a} - ${b};"),
        (new(@"return (?<a>[^;]*\)) - (?<b>[^;]+);"), "return ${a} + ${b};"),
        (new(@"return (?<a>[^;]*[\w)]) \* (?<b>[^;]+);"), "return ${a} + ${b};"),
        (new(@"return (?<a>[^;]*[\w)]) \+ (?<b>[^;]+);"), "return ${a} - ${b};"),
        (new(@"return !(?<a>\w+);"), "return ${a};"),
        (new(@"\(-wrap\((?<a>\w+)\)\)"), "(wrap(${a}))"),
        (new(@"return C\(1\) / (?<a>\w+);"), "return ${a} / C(1);"),
        (new(@"return \((?<t>compute_t<To>)\)x;"), "return (${t})(x + x);"),
        (new(@"return -(?<a>[^;]+);"), "return ${a};"),
        (new(@"return floor(?<f>f?)\("), "return ceil${f}("),
        (new(@"return (?<a>math::is_\w+\([^;]*\));"), "return !${a};"),
        (new(@"return ~(?<a>[^;]+);"), "return ${a};"),
        (new(@"return (?<a>math::\w+\([^;]*\));"), "return ${a} + ${a};"),
        (new(@"return (?<a>x|value);"), "return !${a};"),
        (new(@" \+= "), " -= "),
        (new(@" -= "), " += "),
        (new(@"return (?<a>a\.\w+|a) (?<op>[&|^]) "), "return ${a} + "),
        (new(@"(?<a>[\w)\]]) \* (?<b>\w)"), "${a} + ${b}"),
        (new(@"(?<a>[\w)\]]) \+ (?<b>\w)"), "${a} - ${b}"),
    ];

    /// <summary>All mutants of a file that the rules give, the most telling first.</summary>
    public static IEnumerable<Mutant> Of(string file, string text)
    {
        var lines = text.Split('\n');
        foreach (var (pattern, replacement) in s_rules)
        {
            for (var i = 0; i < lines.Length; i++)
            {
                var code = lines[i];
                if (code.TrimStart() is ['/', '/', ..] or ['#', ..] || !pattern.IsMatch(code))
                {
                    continue;
                }

                var changed = pattern.Replace(code, replacement, 1);
                if (changed == code)
                {
                    continue;
                }

                yield return new Mutant(file, i + 1, code.Trim(), changed.Trim(), string.Join('\n', [.. lines[..i], changed, .. lines[(i + 1)..]]));
            }
        }
    }
}
