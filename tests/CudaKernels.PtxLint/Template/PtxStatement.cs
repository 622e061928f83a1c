namespace CudaKernels.PtxLint;

/// <summary>A statement of a template, with the source line of its first letter.</summary>
internal abstract record PtxStatement(int Line)
{
    internal sealed record Open(int Line) : PtxStatement(Line);

    internal sealed record Close(int Line) : PtxStatement(Line);

    /// <summary><c>.reg .pred p, q;</c></summary>
    internal sealed record Registers(int Line, string Type, IReadOnlyList<string> Names) : PtxStatement(Line);

    internal sealed record Label(int Line, string Name) : PtxStatement(Line);

    /// <summary><c>@!p opcode.modifiers a, b;</c>, and where in the template it starts.</summary>
    internal sealed record Instruction(int Line, int Start, PtxOperand? Predicate, string Spelling, IReadOnlyList<PtxOperand> Operands) : PtxStatement(Line);
}
