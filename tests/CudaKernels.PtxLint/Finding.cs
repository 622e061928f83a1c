namespace CudaKernels.PtxLint;

/// <summary>What kind of mistake a finding tells of.</summary>
public enum Rule
{
    /// <summary>Assembly outside <c>common/</c>.</summary>
    Placement,

    /// <summary>The statement cannot be read.</summary>
    Syntax,

    /// <summary>An opcode or one of its modifiers.</summary>
    Spelling,

    /// <summary>Count, kind, vector length or value of an operand.</summary>
    Operand,

    /// <summary>A constraint that does not fit the C++ expression behind it, or is no constraint.</summary>
    Constraint,

    /// <summary>An operand that nothing uses, reads before it is written, or writes though it is an input.</summary>
    Use,

    /// <summary>A missing <c>volatile</c> or <c>"memory"</c>.</summary>
    Effects,

    /// <summary>An architecture or compiler that does not have the instruction.</summary>
    Target,

    /// <summary>A register or label without a block around it.</summary>
    Scope,
}

/// <summary>A mistake in a kernel's assembly.</summary>
/// <param name="Rule">Its kind.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong, and what would be legal.</param>
public sealed record Finding(Rule Rule, string File, int Line, string Message)
{
    /// <summary><c>file:line: message</c>.</summary>
    public override string ToString() => $"{File}:{Line}: {Message}";
}
