using CudaKernels.PtxLint;

namespace CudaKernels.Mutation;

/// <summary>What a mutant of an asm statement changes.</summary>
internal enum PtxChange
{
    /// <summary>The opcode is another one, or misspelt.</summary>
    Opcode,

    /// <summary>A modifier is dropped, misspelt, out of order, or another one.</summary>
    Modifier,

    /// <summary>An operand, a register of a vector or a predicate is dropped or too many.</summary>
    OperandCount,

    /// <summary>An operand is another one of the statement's, or has lost or got brackets.</summary>
    Operand,

    /// <summary>A constraint, or the type of a register of the block, is another one.</summary>
    RegisterKind,

    /// <summary>A constant in the text is another one.</summary>
    Constant,

    /// <summary><c>volatile</c> or the <c>"memory"</c> clobber is dropped.</summary>
    Effects,
}

/// <summary>An asm statement with one thing changed.</summary>
/// <param name="Original">The statement as a compiler gets it, macros expanded.</param>
/// <param name="Changed">The same, changed.</param>
/// <param name="Targets">The targets that it is compiled for.</param>
/// <param name="Change">What is changed.</param>
/// <param name="Before">The changed part as it was.</param>
/// <param name="After">The changed part as it is.</param>
internal sealed record PtxMutant(AsmStatement Original, AsmStatement Changed, IReadOnlyList<Target> Targets, PtxChange Change, string Before, string After)
{
    public string File => Original.File;

    public int Line => Original.Line;

    public override string ToString() => $"{File}:{Line}: {Change}: {Before}  ->  {After}";
}
