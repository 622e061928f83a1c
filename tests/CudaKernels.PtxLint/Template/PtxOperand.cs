namespace CudaKernels.PtxLint;

/// <summary>An operand of a PTX instruction as written.</summary>
internal abstract record PtxOperand(string Text)
{
    /// <summary>An operand of the asm statement: <c>%3</c>.</summary>
    internal sealed record Placeholder(string Text, int Index) : PtxOperand(Text);

    /// <summary>A register or label of the block itself.</summary>
    internal sealed record Named(string Text) : PtxOperand(Text);

    /// <summary>A special register, <c>%%laneid</c>.</summary>
    internal sealed record Special(string Text, string Name) : PtxOperand(Text);

    /// <summary>A literal.</summary>
    internal sealed record Literal(string Text, long? Value) : PtxOperand(Text);

    /// <summary>The sink <c>_</c>.</summary>
    internal sealed record Sink(string Text) : PtxOperand(Text);

    /// <summary><c>{a, b}</c>.</summary>
    internal sealed record Vector(string Text, IReadOnlyList<PtxOperand> Items) : PtxOperand(Text);

    /// <summary><c>[a+16]</c> or <c>[map, {x, y}]</c>.</summary>
    internal sealed record Address(string Text, PtxOperand Base, Vector? Coordinates) : PtxOperand(Text);

    /// <summary>A result and the predicate behind it: <c>d|p</c>.</summary>
    internal sealed record Pair(string Text, PtxOperand First, PtxOperand Second) : PtxOperand(Text);
}
