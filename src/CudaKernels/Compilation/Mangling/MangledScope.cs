using System.Globalization;

namespace CudaKernels;

/// <summary>The template arguments that <c>T_</c>, <c>T0_</c>… stand for in one name; writes nodes as C++ and tells parameter kinds.</summary>
internal sealed class MangledScope(IReadOnlyList<MangledNode> arguments, int packIndex, MangledScopeLimits limits)
{
    public MangledScope(IReadOnlyList<MangledNode> arguments)
        : this(arguments, -1, new MangledScopeLimits())
    {
    }

    /// <summary>The kernel parameters that a list of parameter types stands for: packs expanded, a lone void left out.</summary>
    public IReadOnlyList<KernelParameter> Parameters(IReadOnlyList<MangledNode> types)
    {
        var parameters = new List<KernelParameter>();
        foreach (var type in types)
        {
            if (type is BuiltinNode { Name: "void" } && types.Count == 1)
                break;
            if (type is ExpansionNode expansion)
            {
                for (var i = 0; i < PackLength(expansion.Pattern); i++)
                    parameters.Add(new MangledScope(arguments, i, limits).Classify(expansion.Pattern));
            }
            else
            {
                parameters.Add(Classify(type));
            }
        }

        return parameters;
    }

    public string Render(MangledNode node)
    {
        limits.Enter();
        var text = RenderInner(node);
        limits.Leave();
        return text;
    }

    private string RenderInner(MangledNode node) =>
        Resolve(node) switch
        {
            BuiltinNode builtin => builtin.Name,
            NamedNode named => named.Text,
            ScopedNode scoped => $"{Render(scoped.Scope)}::{Render(scoped.Name)}",
            TemplateNode template => $"{Render(template.Name)}<{List(template.Arguments)}>",
            PointerNode { Target: FunctionNode function } => $"{Render(function.Result)} (*)({List(function.Parameters)})",
            PointerNode pointer => Render(pointer.Target) + "*",
            ReferenceNode reference => Render(reference.Target) + reference.Sign,
            QualifiedNode qualified => Qualify(qualified),
            ArrayNode array => $"{Render(array.Element)}[{(array.Length is null ? "" : Render(array.Length))}]",
            FunctionNode function => $"{Render(function.Result)} ({List(function.Parameters)})",
            MemberPointerNode member => $"{Render(member.Member)} {Render(member.Class)}::*",
            ExpressionNode { Operands.Count: 1 } unary => $"{unary.Operator}({Render(unary.Operands[0])})",
            ExpressionNode { Operator: "?" } choice => $"({Render(choice.Operands[0])} ? {Render(choice.Operands[1])} : {Render(choice.Operands[2])})",
            ExpressionNode expression => $"({string.Join($" {expression.Operator} ", expression.Operands.Select(Render))})",
            PackNode pack => List(pack.Elements),
            ExpansionNode expansion => List([expansion]),
            _ => throw new MangledNameException("a node that cannot be written"),
        };

    private string Qualify(QualifiedNode qualified)
    {
        var (isConst, isVolatile, inner) = (qualified.IsConst, qualified.IsVolatile, Resolve(qualified.Inner));
        while (inner is QualifiedNode again) // const T, where T is const float
        {
            limits.Step();
            (isConst, isVolatile, inner) = (isConst | again.IsConst, isVolatile | again.IsVolatile, Resolve(again.Inner));
        }

        var words = (isConst ? "const " : "") + (isVolatile ? "volatile " : "");
        return inner is PointerNode ? $"{Render(inner)} {words.TrimEnd()}" : words + Render(inner);
    }

    private string List(IReadOnlyList<MangledNode> nodes)
    {
        var texts = new List<string>();
        foreach (var node in nodes)
        {
            if (node is ExpansionNode expansion)
            {
                for (var i = 0; i < PackLength(expansion.Pattern); i++)
                    texts.Add(new MangledScope(arguments, i, limits).Render(expansion.Pattern));
            }
            else if (Resolve(node) is not PackNode { Elements.Count: 0 })
            {
                texts.Add(Render(node));
            }
        }

        return string.Join(", ", texts);
    }

    private KernelParameter Classify(MangledNode type)
    {
        type = Resolve(type);
        var typeName = Render(type);
        while (type is QualifiedNode byValue)
            type = Resolve(byValue.Inner);
        if (type is PointerNode pointer)
        {
            var target = Resolve(pointer.Target);
            var isConst = false;
            while (target is QualifiedNode qualified)
            {
                isConst |= qualified.IsConst;
                target = Resolve(qualified.Inner);
            }

            isConst |= target is ArrayNode array && Resolve(array.Element) is QualifiedNode { IsConst: true };
            return new KernelParameter(isConst ? ParameterKind.ConstPointer : ParameterKind.Pointer, typeName, 8, Render(target));
        }

        return type switch
        {
            BuiltinNode builtin => new KernelParameter(builtin.Kind, typeName, builtin.Size),
            ReferenceNode reference => new KernelParameter(ParameterKind.Pointer, typeName, 8, Render(reference.Target)),
            NamedNode or ScopedNode or TemplateNode => new KernelParameter(ParameterKind.Structure, typeName, 0),
            _ => new KernelParameter(ParameterKind.Unknown, typeName, 0),
        };
    }

    /// <summary>Follows a template parameter to its argument.</summary>
    private MangledNode Resolve(MangledNode node)
    {
        for (var steps = 0; node is TemplateParameterNode parameter; steps++)
        {
            if (parameter.Index >= arguments.Count || steps > arguments.Count)
                throw new MangledNameException(string.Create(CultureInfo.InvariantCulture, $"template parameter {parameter.Index} has no argument"));
            node = arguments[parameter.Index];
            if (node is PackNode pack && packIndex >= 0)
                node = packIndex < pack.Elements.Count ? pack.Elements[packIndex] : throw new MangledNameException("packs of different lengths");
        }

        return node;
    }

    private int PackLength(MangledNode pattern) =>
        FindPackLength(pattern) is var length and >= 0 ? length : throw new MangledNameException("an expansion without a pack");

    /// <summary>The length of the first pack in a pattern, or -1.</summary>
    private int FindPackLength(MangledNode pattern)
    {
        limits.Enter();
        var length = pattern switch
        {
            TemplateParameterNode parameter => parameter.Index < arguments.Count && arguments[parameter.Index] is PackNode pack ? pack.Elements.Count : -1,
            PointerNode pointer => FindPackLength(pointer.Target),
            ReferenceNode reference => FindPackLength(reference.Target),
            QualifiedNode qualified => FindPackLength(qualified.Inner),
            ArrayNode array => FindPackLength(array.Element),
            ScopedNode scoped => FindPackLength(scoped.Scope),
            TemplateNode template => template.Arguments.Select(FindPackLength).FirstOrDefault(length => length >= 0, -1),
            _ => -1,
        };
        limits.Leave();
        return length;
    }
}
