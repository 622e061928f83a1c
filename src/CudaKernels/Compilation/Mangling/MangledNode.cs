namespace CudaKernels;

/// <summary>A piece of a mangled name. Template parameters stay symbolic until they are rendered, since a pack may stand for many.</summary>
internal abstract record MangledNode;

/// <summary>A built-in type; <paramref name="Size"/> is 0 for void and the like.</summary>
internal sealed record BuiltinNode(string Name, ParameterKind Kind, int Size) : MangledNode;

/// <summary>A class, enum, namespace or literal, by its text.</summary>
internal sealed record NamedNode(string Text) : MangledNode;

internal sealed record ScopedNode(MangledNode Scope, MangledNode Name) : MangledNode;

internal sealed record TemplateNode(MangledNode Name, IReadOnlyList<MangledNode> Arguments) : MangledNode;

internal sealed record PointerNode(MangledNode Target) : MangledNode;

internal sealed record ReferenceNode(MangledNode Target, string Sign) : MangledNode;

internal sealed record QualifiedNode(MangledNode Inner, bool IsConst, bool IsVolatile) : MangledNode;

internal sealed record ArrayNode(MangledNode Element, MangledNode? Length) : MangledNode;

internal sealed record FunctionNode(MangledNode Result, IReadOnlyList<MangledNode> Parameters) : MangledNode;

internal sealed record MemberPointerNode(MangledNode Class, MangledNode Member) : MangledNode;

/// <summary>An operator with its operands: <c>(a + b)</c>, <c>sizeof(a)</c>.</summary>
internal sealed record ExpressionNode(string Operator, IReadOnlyList<MangledNode> Operands) : MangledNode;

internal sealed record TemplateParameterNode(int Index) : MangledNode;

internal sealed record PackNode(IReadOnlyList<MangledNode> Elements) : MangledNode;

/// <summary><c>Pattern…</c>: the pattern once per element of the packs in it.</summary>
internal sealed record ExpansionNode(MangledNode Pattern) : MangledNode;
