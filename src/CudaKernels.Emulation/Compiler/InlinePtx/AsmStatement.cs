using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>An operand of an asm statement.</summary>
/// <param name="Name">What stands in square brackets, or null.</param>
/// <param name="Constraint">Such as <c>=r</c>.</param>
/// <param name="Expression">The C++ expression.</param>
internal sealed record AsmOperand(string? Name, string Constraint, string Expression)
{
    public bool IsWritten => Constraint[0] is '=' or '+';

    public bool IsRead => Constraint[0] != '=';

    /// <summary>The letter that says what register it is.</summary>
    public char Letter => Constraint[^1];
}

/// <summary>An <c>asm</c> statement of a source: its text and operands.</summary>
/// <param name="Template">The PTX, with escapes resolved.</param>
/// <param name="Operands">Outputs, then inputs.</param>
/// <param name="IsBasic">Whether there are no colons, so that % stands for itself.</param>
/// <param name="IsVolatile">Whether it says <c>volatile</c>.</param>
/// <param name="End">Where it ends in the source, behind its parenthesis.</param>
internal sealed partial record AsmStatement(string Template, IReadOnlyList<AsmOperand> Operands, bool IsBasic, bool IsVolatile, int End)
{
    /// <summary>Reads a statement; null where its text is not made of literals alone.</summary>
    /// <param name="text">The source.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">The length of its words up to the opening parenthesis, which is one of them.</param>
    public static AsmStatement? Read(string text, int start, int length)
    {
        var isVolatile = text.AsSpan(start, length).Contains("volatile", StringComparison.Ordinal);
        var reader = new Reader(text, start + length);
        if (reader.Strings() is not { } template)
        {
            return null;
        }

        var operands = new List<AsmOperand>();
        for (var section = 0; ; section++)
        {
            if (reader.Take(')'))
            {
                return new AsmStatement(template, operands, section == 0, isVolatile, reader.At);
            }

            if (!reader.Take(':'))
            {
                return null;
            }

            // The third section names what is clobbered.
            for (var more = section >= 2 ? reader.Strings() is not null : reader.Next is '[' or '"'; more; more = reader.Take(','))
            {
                if (section >= 2)
                {
                    if (reader.Next == '"' && reader.Strings() is null)
                    {
                        return null;
                    }
                }
                else if (reader.Operand() is { } operand)
                {
                    operands.Add(operand);
                }
                else
                {
                    return null;
                }
            }
        }
    }

    private sealed partial class Reader(string text, int start)
    {
        public int At { get; private set; } = start;

        /// <summary>The next character that is no space, or 0 at the end.</summary>
        public char Next
        {
            get
            {
                Skip();
                return At < text.Length ? text[At] : '\0';
            }
        }

        public bool Take(char c)
        {
            if (Next != c)
            {
                return false;
            }

            At++;
            return true;
        }

        /// <summary>Literals side by side; null where there is none.</summary>
        public string? Strings()
        {
            StringBuilder? result = null;
            for (var c = Next; c == '"' || (c == 'R' && At + 1 < text.Length && text[At + 1] == '"'); c = Next)
            {
                result ??= new StringBuilder();
                if (c == 'R')
                {
                    var open = text.IndexOf('(', At);
                    var close = open < 0 ? -1 : text.IndexOf($"){text[(At + 2)..open]}\"", open, StringComparison.Ordinal);
                    if (close < 0)
                    {
                        return null;
                    }

                    result.Append(text, open + 1, close - open - 1);
                    At = close + (open - At);
                    continue;
                }

                var end = Closing(At);
                if (end < 0)
                {
                    return null;
                }

                for (var i = At + 1; i < end; i++)
                {
                    result.Append(text[i] != '\\' ? text[i] : text[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\n' => ' ', var other => other });
                }

                At = end + 1;
            }

            return result?.ToString();
        }

        public AsmOperand? Operand()
        {
            string? name = null;
            if (Take('['))
            {
                var end = text.IndexOf(']', At);
                if (end < 0)
                {
                    return null;
                }

                name = text[At..end].Trim();
                At = end + 1;
            }

            if (Strings() is not { Length: > 0 } constraint || !Take('('))
            {
                return null;
            }

            var expression = new StringBuilder();
            for (var depth = 1; At < text.Length;)
            {
                Skip(expression);
                if (At == text.Length)
                {
                    return null;
                }

                var c = text[At];
                if ((c == '"' || (c == '\'' && !char.IsAsciiHexDigit(text[At - 1]))) && Closing(At) is > 0 and var end)
                {
                    expression.Append(text, At, end + 1 - At);
                    At = end + 1;
                    continue;
                }

                depth += c switch { '(' => 1, ')' => -1, _ => 0 };
                At++;
                if (depth == 0)
                {
                    return new AsmOperand(name, constraint.Replace("&", "", StringComparison.Ordinal), expression.ToString().Trim());
                }

                expression.Append(c);
            }

            return null;
        }

        private int Closing(int quote)
        {
            for (var i = quote + 1; i < text.Length; i++)
            {
                if (text[i] == '\\')
                {
                    i++;
                }
                else if (text[i] == text[quote])
                {
                    return i;
                }
            }

            return -1;
        }

        // A condition that asks for a version of the compiler holds; its other branch is skipped. Null for any other directive.
        private int? AfterDirective()
        {
            var end = LineEnd(At);
            var line = text[At..end];
            return NewerThan().IsMatch(line) || EndOfCondition().IsMatch(line) ? end
                : Otherwise().IsMatch(line) && EndOfCondition().Match(text, end) is { Success: true } match ? LineEnd(match.Index + match.Length)
                : null;
        }

        private int LineEnd(int at)
        {
            var end = text.IndexOf('\n', at);
            while (end > 0 && text[end - 1] == '\\')
            {
                end = text.IndexOf('\n', end + 1);
            }

            return end < 0 ? text.Length : end;
        }

        // Spaces, comments and continuations of a macro's line; in an expression one space stands for them.
        private void Skip(StringBuilder? expression = null)
        {
            for (var before = -1; before != At && At < text.Length;)
            {
                before = At;
                if (char.IsWhiteSpace(text[At]))
                {
                    At++;
                }
                else if (text[At] == '\\' && At + 1 < text.Length && text[At + 1] is '\n' or '\r')
                {
                    At += 2;
                }
                else if (text[At] == '/' && At + 1 < text.Length && text[At + 1] is '/' or '*')
                {
                    At = IncludeDirective.SkipComment(text, At);
                }
                else if (text[At] == '#' && AfterDirective() is { } next)
                {
                    At = next;
                }

                if (before != At && expression is not null && (expression.Length == 0 || expression[^1] != ' '))
                {
                    expression.Append(' ');
                }
            }
        }

        [GeneratedRegex(@"^#\s*if\s+(?=1\s*$|.*(?:__CUDA|CUDART_VERSION))(?:__CUDACC_VER_M\w+|__CUDA_ARCH__|CUDART_VERSION|\d+|>=|&&|\|\||\(|\)|>|==|\\|\s)+$")]
        private static partial Regex NewerThan();

        [GeneratedRegex(@"^\s*#\s*endif", RegexOptions.Multiline)]
        private static partial Regex EndOfCondition();

        [GeneratedRegex(@"^#\s*(?:else|elif)")]
        private static partial Regex Otherwise();
    }
}
