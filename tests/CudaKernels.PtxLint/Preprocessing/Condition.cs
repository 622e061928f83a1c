using System.Globalization;

namespace CudaKernels.PtxLint;

/// <summary>The value of an <c>#if</c>.</summary>
internal sealed class Condition
{
    private static readonly string[][] s_levels = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]];
    private readonly List<Token> _tokens;
    private int _at;

    private Condition(List<Token> tokens) => _tokens = tokens;

    public static bool IsTrue(IReadOnlyList<Token> condition, IReadOnlyDictionary<string, Macro> macros)
    {
        // defined(X) is answered before anything is expanded.
        var answered = new List<Token>();
        for (var i = 0; i < condition.Count; i++)
        {
            if (!condition[i].Is("defined"))
            {
                answered.Add(condition[i]);
                continue;
            }

            var hasBrackets = condition[i + 1].Is("(");
            var name = condition[hasBrackets ? i + 2 : i + 1];
            answered.Add(name with { Kind = TokenKind.Number, Spelling = macros.ContainsKey(name.Spelling) ? "1" : "0" });
            i += hasBrackets ? 3 : 1;
        }

        return new Condition(new MacroExpansion(macros).Expand(answered)).Value(0) != 0;
    }

    private long Value(int level)
    {
        if (level == s_levels.Length)
            return Factor();
        var left = Value(level + 1);
        while (_at < _tokens.Count && s_levels[level].Contains(_tokens[_at].Spelling))
        {
            var sign = _tokens[_at++].Spelling;
            left = Combine(sign, left, Value(level + 1));
        }

        return left;
    }

    private static long Combine(string sign, long a, long b) => sign switch
    {
        "||" => a != 0 || b != 0 ? 1 : 0,
        "&&" => a != 0 && b != 0 ? 1 : 0,
        "|" => a | b,
        "^" => a ^ b,
        "&" => a & b,
        "==" => a == b ? 1 : 0,
        "!=" => a != b ? 1 : 0,
        "<" => a < b ? 1 : 0,
        ">" => a > b ? 1 : 0,
        "<=" => a <= b ? 1 : 0,
        ">=" => a >= b ? 1 : 0,
        "<<" => a << (int)b,
        ">>" => a >> (int)b,
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        _ => a % b,
    };

    private long Factor()
    {
        if (_at == _tokens.Count)
            throw new FormatException("a condition ends too early");
        var token = _tokens[_at++];
        switch (token.Spelling)
        {
            case "!":
                return Factor() == 0 ? 1 : 0;
            case "-":
                return -Factor();
            case "(":
                var value = Value(0);
                _at++;
                return value;
            default:
                var digits = token.Spelling.Replace("'", "", StringComparison.Ordinal).TrimEnd('u', 'U', 'l', 'L');
                return token.Kind != TokenKind.Number ? 0 // an unknown name is 0
                    : digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? long.Parse(digits.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                    : long.Parse(digits, CultureInfo.InvariantCulture);
        }
    }
}
