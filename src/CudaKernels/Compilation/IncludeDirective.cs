namespace CudaKernels;

/// <summary>One <c>#include</c> of a text: what it names, in which brackets, and where the name stands.</summary>
internal readonly record struct IncludeDirective(string Spelling, bool IsQuoted, int Line, int Start)
{
    /// <summary>Every include of the text, those in branches that the preprocessor would skip included; comments and literals are passed over.</summary>
    public static List<IncludeDirective> Scan(string text)
    {
        var found = new List<IncludeDirective>();
        var line = 1;
        var atLineStart = true;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
            {
                line++;
                atLineStart = true;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] is '/' or '*')
            {
                var end = SkipComment(text, i);
                line += Lines(text, i, end);
                i = end - 1;
            }
            else if (c is '"' or '\'')
            {
                var end = SkipLiteral(text, i);
                line += Lines(text, i, end);
                i = end - 1;
                atLineStart = false;
            }
            else if (c == '#' && atLineStart)
            {
                atLineStart = false;
                if (TryRead(text, i, line) is { } include)
                {
                    found.Add(include);
                    i = include.Start + include.Spelling.Length;
                }
            }
            else if (!char.IsWhiteSpace(c))
            {
                atLineStart = false;
            }
        }

        return found;
    }

    private static IncludeDirective? TryRead(string text, int hash, int line)
    {
        const string Word = "include";
        var i = SkipBlanks(text, hash + 1);
        if (string.CompareOrdinal(text, i, Word, 0, Word.Length) != 0)
            return null;
        i = SkipBlanks(text, i + Word.Length);
        if (i >= text.Length || text[i] is not ('"' or '<'))
            return null; // include_next, or a macro: the compiler's business
        var end = text.AsSpan(i + 1).IndexOfAny(text[i] == '"' ? '"' : '>', '\n');
        return end <= 0 || text[i + 1 + end] == '\n' ? null : new IncludeDirective(text.Substring(i + 1, end), text[i] == '"', line, i + 1);
    }

    private static int SkipBlanks(string text, int i)
    {
        while (i < text.Length && text[i] is ' ' or '\t')
            i++;
        return i;
    }

    /// <summary>The index after the comment that starts at <paramref name="i"/>; a line comment ends before its line break.</summary>
    internal static int SkipComment(string text, int i)
    {
        if (text[i + 1] == '/')
        {
            var end = text.IndexOf('\n', i);
            return end < 0 ? text.Length : end;
        }

        var close = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
        return close < 0 ? text.Length : close + 2;
    }

    /// <summary>The index after the string or character literal that starts at <paramref name="i"/>; a plain one ends with its line at the latest.</summary>
    internal static int SkipLiteral(string text, int i)
    {
        var quote = text[i];
        if (quote == '\'' && i > 0 && char.IsAsciiHexDigit(text[i - 1]))
            return i + 1; // a digit separator, 1'000'000
        if (quote == '"' && i > 0 && text[i - 1] == 'R' && text.IndexOf('(', i) is var open and > 0 && open - i <= 17)
        {
            var closing = ")" + text.Substring(i + 1, open - i - 1) + "\"";
            var end = text.IndexOf(closing, open, StringComparison.Ordinal);
            return end < 0 ? text.Length : end + closing.Length;
        }

        for (i++; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == quote)
                return i + 1;
        }

        return Math.Min(i, text.Length);
    }

    private static int Lines(string text, int from, int to) => text.AsSpan(from, to - from).Count('\n');
}
