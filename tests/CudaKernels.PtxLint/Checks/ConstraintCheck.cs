namespace CudaKernels.PtxLint;

/// <summary>Judges the constraints of an asm statement by themselves and against the C++ expressions behind them.</summary>
internal static class ConstraintCheck
{
    private const string Letters = "rlhfdqn";

    public static IEnumerable<(int Line, string Message)> Check(AsmStatement statement)
    {
        var types = new DeclaredTypes(statement.Scope);
        foreach (var operand in statement.Operands)
        {
            if (operand.TiedTo >= 0)
            {
                if (operand.TiedTo >= statement.Operands.Count || !statement.Operands[operand.TiedTo].IsOutput)
                    yield return (operand.Line, $"\"{operand.Constraint}\" ties to %{operand.TiedTo}, which is no output");
                continue;
            }

            var letters = operand.IsOutput && operand.Constraint is ['=' or '+', ..] ? operand.Constraint[1..] : operand.Constraint;
            if (letters.Length != 1 || !Letters.Contains(letters[0], StringComparison.Ordinal) || (operand.IsOutput && (letters == "n" || letters == operand.Constraint)))
            {
                yield return (operand.Line, $"\"{operand.Constraint}\" is no constraint of {(operand.IsOutput ? "an output: \"=\" or \"+\" and one of r l h f d q" : "an input: one of r l h f d q n, or an output's number")}");
            }
            else if (operand.Kind != 'n' && types.KindOf(operand.Expression) is { } kind && kind != operand.Kind)
            {
                yield return (operand.Line, $"{operand}: the expression is {Described(kind)}");
            }
        }
    }

    private static string Described(char kind) => kind switch
    {
        'S' or 'T' or 'W' => "a struct, and no register holds one: give its bits",
        'b' => "one byte wide, and no register is: widen it first",
        'l' => "64 bits wide, a pointer or an integer: its constraint is \"l\"; a shared address is smem_u32(pointer)",
        _ => $"of the kind \"{kind}\"",
    };
}
