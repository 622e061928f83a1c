namespace CudaKernels.PtxLint;

/// <summary>An operand of an asm statement: <c>"+r"(x)</c>.</summary>
/// <param name="Constraint">As written.</param>
/// <param name="Expression">The C++ expression in the brackets.</param>
/// <param name="IsOutput">In the first list.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record AsmOperand(string Constraint, List<Token> Expression, bool IsOutput, int Line)
{
    /// <summary>The letter of the register kind; a tied operand's is set by the reader.</summary>
    public char Kind { get; init; } = Constraint.Length > 0 ? Constraint[^1] : '?';

    /// <summary>The operand that this one is tied to by its number, or -1.</summary>
    public int TiedTo => !IsOutput && int.TryParse(Constraint, out var index) ? index : -1;

    public bool IsRead => !IsOutput || Constraint.StartsWith('+');

    public bool IsWritten => IsOutput;

    public bool IsConstant => Kind == 'n';

    public override string ToString() => $"\"{Constraint}\"({string.Concat(Expression.Select(token => token.Spelling))})";
}
