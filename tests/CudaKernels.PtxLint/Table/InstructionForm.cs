namespace CudaKernels.PtxLint;

internal enum Effects
{
    None,
    Volatile,
    Memory,
}

/// <summary>One way to write an instruction.</summary>
/// <param name="Operands">Its operands.</param>
/// <param name="Ptx">The first PTX version that has it.</param>
/// <param name="Architectures">Those that have it, as <see cref="Target.Has"/> reads them.</param>
/// <param name="Effects">What the statement around it must be marked with.</param>
internal sealed record InstructionForm(IReadOnlyList<FormOperand> Operands, Version Ptx, string Architectures, Effects Effects)
{
    public override string ToString() => Operands.Count == 0 ? "no operands" : string.Join(", ", Operands.Select(operand => operand.Text));
}

/// <summary>A special register.</summary>
internal sealed record SpecialRegister(string Kind, Version Ptx, string Architectures, Effects Effects);
