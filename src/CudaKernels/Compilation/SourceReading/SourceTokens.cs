namespace CudaKernels;

/// <summary>Cuts CUDA C++ into words, literals and punctuation, without comments and preprocessor lines.</summary>
internal static class SourceTokens
{
    public static List<string> Read(string text)
    {
        var tokens = new List<string>();
        var atLineStart = true;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            var start = i;
            if (c == '\n')
            {
                atLineStart = true;
                i++;
            }
            else if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] is '/' or '*')
            {
                i = IncludeDirective.SkipComment(text, i);
            }
            else if (c == '#' && atLineStart)
            {
                i = SkipPreprocessorLine(text, i);
            }
            else
            {
                atLineStart = false;
                i = End(text, i);
                tokens.Add(text[start..i]);
            }
        }

        return tokens;
    }

    public static bool IsWord(string token) => char.IsAsciiLetter(token[0]) || token[0] == '_';

    /// <summary>The index after the token that starts at <paramref name="i"/>.</summary>
    internal static int End(string text, int i)
    {
        var c = text[i];
        if (c is '"' or '\'')
            return IncludeDirective.SkipLiteral(text, i);
        if (char.IsAsciiLetterOrDigit(c) || c == '_')
        {
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                i++;
            return i;
        }

        return c == ':' && i + 1 < text.Length && text[i + 1] == ':' ? i + 2 : i + 1;
    }

    /// <summary>The line break that a backslash takes away, also where spaces stand between, as compilers have it; null where there is none.</summary>
    internal static int? Continuation(string text, int backslash)
    {
        var end = backslash + 1;
        while (end < text.Length && text[end] is ' ' or '\t' or '\r')
            end++;
        return end < text.Length && text[end] == '\n' ? end : null;
    }

    /// <summary>The index after the preprocessor line, with its continuations, that starts at <paramref name="i"/>.</summary>
    internal static int SkipPreprocessorLine(string text, int i)
    {
        for (; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i = Continuation(text, i) ?? i + 1;
            else if (text[i] == '/' && i + 1 < text.Length && text[i + 1] == '*')
                i = IncludeDirective.SkipComment(text, i) - 1;
        }

        return i;
    }
}
