namespace CudaKernels;

/// <summary>A word, literal, punctuation mark or whole preprocessor line, with its place in the text.</summary>
internal readonly record struct PlacedToken(string Text, int Start)
{
    public int End => Start + Text.Length;

    public bool IsDirective => Text[0] == '#' && Text.Length > 1;

    public bool IsWord => SourceTokens.IsWord(Text);

    /// <summary>The name of a preprocessor line: <c>if</c>, <c>include</c> and so on.</summary>
    public string DirectiveName
    {
        get
        {
            var rest = Text.AsSpan(1).TrimStart();
            var length = 0;
            while (length < rest.Length && char.IsAsciiLetter(rest[length]))
                length++;
            return rest[..length].ToString();
        }
    }

    /// <summary>Cuts a text up; comments are left out, <c>&lt;&lt;&lt;</c> is one token.</summary>
    public static List<PlacedToken> Read(string text)
    {
        var tokens = new List<PlacedToken>();
        var atLineStart = true;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                atLineStart |= c == '\n';
                i++;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] is '/' or '*')
            {
                i = IncludeDirective.SkipComment(text, i);
            }
            else
            {
                var end = c == '#' && atLineStart ? SourceTokens.SkipPreprocessorLine(text, i) : TokenEnd(text, i);
                tokens.Add(new PlacedToken(text[i..end], i));
                atLineStart = false;
                i = end;
            }
        }

        return tokens;
    }

    private static int TokenEnd(string text, int i) =>
        string.CompareOrdinal(text, i, "<<<", 0, 3) == 0 ? i + 3 : SourceTokens.End(text, i);
}
