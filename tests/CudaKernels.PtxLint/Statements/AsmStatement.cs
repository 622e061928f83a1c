namespace CudaKernels.PtxLint;

/// <summary>An asm statement with its adjacent string literals joined.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of the word asm.</param>
/// <param name="IsVolatile">Marked volatile.</param>
/// <param name="Template">The PTX text.</param>
/// <param name="Operands">Outputs, then inputs.</param>
/// <param name="Clobbers">The third list.</param>
/// <param name="Scope">The enclosing function up to the statement, where the operands' names are declared.</param>
internal sealed record AsmStatement(string File, int Line, bool IsVolatile, AsmTemplate Template, IReadOnlyList<AsmOperand> Operands, IReadOnlyList<string> Clobbers, IReadOnlyList<Token> Scope);
