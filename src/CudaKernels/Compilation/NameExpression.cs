using System.Text;

namespace CudaKernels;

/// <summary>Spellings of a name expression.</summary>
internal static class NameExpression
{
    /// <summary>The expression without the white space that separates no words: <c>f&lt;float, unsigned int&gt;</c> is <c>f&lt;float,unsigned int&gt;</c>.</summary>
    public static string Compact(string expression)
    {
        var text = new StringBuilder(expression.Length);
        var (quote, hasGap) = ('\0', false);
        for (var i = 0; i < expression.Length; i++)
        {
            var c = expression[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                hasGap = true;
                continue;
            }

            if (hasGap && text.Length > 0 && IsWord(text[^1]) && IsWord(c))
            {
                text.Append(' ');
            }

            hasGap = false;
            text.Append(c);
            if (quote != '\0' && c == '\\' && i + 1 < expression.Length)
            {
                text.Append(expression[++i]);
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && (c == '"' || (c == '\'' && !(i > 0 && char.IsAsciiHexDigit(expression[i - 1])))))
            {
                quote = c;
            }
        }

        return text.ToString();
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
