namespace CudaKernels.PtxLint;

internal enum TokenKind
{
    Name,
    Number,
    Text,
    Character,
    Punctuation,
}

/// <summary>A token of CUDA C++ and the line that it stands on; a token that a macro made stands where the macro was called.</summary>
internal sealed record Token(TokenKind Kind, string Spelling, string File, int Line)
{
    public bool IsFirstOfLine { get; init; }

    public bool HasSpaceBefore { get; init; }

    /// <summary>The macros whose expansion made the token: they are not expanded in it again.</summary>
    public MacroChain? Made { get; init; }

    public bool Is(string spelling) => Kind != TokenKind.Text && Spelling == spelling;
}

/// <summary>Names of macros, the innermost first.</summary>
internal sealed record MacroChain(string Name, MacroChain? Outer)
{
    private readonly int _length = 1 + (Outer?._length ?? 0);

    public static bool Contains(MacroChain? chain, string name)
    {
        for (; chain is not null; chain = chain.Outer)
        {
            if (chain.Name == name)
                return true;
        }

        return false;
    }

    public static MacroChain? Shorter(MacroChain? a, MacroChain? b) => (a?._length ?? 0) <= (b?._length ?? 0) ? a : b;

    /// <summary>The names of both, <paramref name="outer"/> behind.</summary>
    public static MacroChain? Join(MacroChain? inner, MacroChain? outer) =>
        inner is null || ReferenceEquals(inner, outer) ? outer : Contains(outer, inner.Name) ? Join(inner.Outer, outer) : new MacroChain(inner.Name, Join(inner.Outer, outer));
}
