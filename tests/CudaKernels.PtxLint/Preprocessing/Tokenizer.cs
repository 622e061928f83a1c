namespace CudaKernels.PtxLint;

/// <summary>Splits CUDA C++ into tokens; comments and spliced lines go.</summary>
internal static class Tokenizer
{
    private static readonly string[] s_punctuation = ["...", "<<=", ">>=", "##", "::", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "->", "++", "--", "+=", "-=", "*=", "/=", "|=", "&=", "^="];

    public static List<Token> Read(string file, string text)
    {
        var tokens = new List<Token>();
        var line = 1;
        var isFirst = true;
        var hasSpace = false;
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\n')
            {
                (line, isFirst, hasSpace) = (line + 1, true, true);
                i++;
            }
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                line++;
                hasSpace = true;
                i += 2;
            }
            else if (char.IsWhiteSpace(text[i]))
            {
                hasSpace = true;
                i++;
            }
            else if (IsAt(text, i, "//"))
            {
                while (i < text.Length && text[i] != '\n')
                    i++;
            }
            else if (IsAt(text, i, "/*"))
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                end = end < 0 ? text.Length : end + 2;
                line += text[i..end].Count(c => c == '\n');
                hasSpace = true;
                i = end;
            }
            else
            {
                var (kind, length) = Next(text, i);
                tokens.Add(new Token(kind, text.Substring(i, length), file, line) { IsFirstOfLine = isFirst, HasSpaceBefore = hasSpace });
                line += text.AsSpan(i, length).Count('\n');
                (isFirst, hasSpace) = (false, false);
                i += length;
            }
        }

        return tokens;
    }

    private static (TokenKind Kind, int Length) Next(string text, int start)
    {
        if (text[start] == 'R' && start + 1 < text.Length && text[start + 1] == '"')
        {
            var open = text.IndexOf('(', start);
            var close = text.IndexOf($"){text[(start + 2)..open]}\"", open, StringComparison.Ordinal);
            return (TokenKind.Text, close + open - start - start);
        }

        if (char.IsAsciiLetter(text[start]) || text[start] == '_')
            return (TokenKind.Name, Run(text, start, c => char.IsAsciiLetterOrDigit(c) || c == '_'));
        if (char.IsAsciiDigit(text[start]) || (text[start] == '.' && start + 1 < text.Length && char.IsAsciiDigit(text[start + 1])))
            return (TokenKind.Number, Run(text, start, c => char.IsAsciiLetterOrDigit(c) || c is '.' or '\'' or '_'));
        if (text[start] is '"' or '\'')
        {
            var end = start + 1;
            while (end < text.Length && text[end] != text[start])
                end += text[end] == '\\' ? 2 : 1;
            return (text[start] == '"' ? TokenKind.Text : TokenKind.Character, Math.Min(end + 1, text.Length) - start);
        }

        var punctuation = Array.Find(s_punctuation, p => IsAt(text, start, p));
        return (TokenKind.Punctuation, punctuation?.Length ?? 1);
    }

    private static bool IsAt(string text, int start, string what) => string.CompareOrdinal(text, start, what, 0, what.Length) == 0;

    private static int Run(string text, int start, Func<char, bool> belongs)
    {
        var end = start;
        while (end < text.Length && belongs(text[end]))
            end++;
        return end - start;
    }
}
