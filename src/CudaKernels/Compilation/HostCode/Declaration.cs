namespace CudaKernels;

/// <summary>What a declaration is, as far as that decides whether device code can use it.</summary>
internal enum DeclarationKind
{
    /// <summary>An alias, an assertion, a forward declaration: no code.</summary>
    Other,
    Variable,
    Function,
    Class,
    Namespace,
}

/// <summary>One declaration of a scope: its tokens, and where the braces of a class or namespace stand.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first token.</param>
/// <param name="Head">The end of what names and qualifies it: the token of its body, initialiser or semicolon.</param>
/// <param name="Body">The opening brace of a class or namespace; -1 for others.</param>
/// <param name="End">The token after it.</param>
internal readonly record struct Declaration(DeclarationKind Kind, int Start, int Head, int Body, int End);
