using System.Collections.Frozen;

namespace CudaKernels;

/// <content>Literals and the expressions that array bounds and template arguments are made of.</content>
internal sealed partial class MangledName
{
    private static readonly FrozenDictionary<string, string> s_binary = new Dictionary<string, string>
    {
        ["pl"] = "+",
        ["mi"] = "-",
        ["ml"] = "*",
        ["dv"] = "/",
        ["rm"] = "%",
        ["an"] = "&",
        ["or"] = "|",
        ["eo"] = "^",
        ["ls"] = "<<",
        ["rs"] = ">>",
        ["eq"] = "==",
        ["ne"] = "!=",
        ["lt"] = "<",
        ["gt"] = ">",
        ["le"] = "<=",
        ["ge"] = ">=",
        ["aa"] = "&&",
        ["oo"] = "||",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> s_unary = new Dictionary<string, string>
    {
        ["ps"] = "+",
        ["ng"] = "-",
        ["co"] = "~",
        ["nt"] = "!",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>L type value E, or L mangled-name E for the address of a function or variable.</summary>
    private NamedNode ReadLiteral()
    {
        Expect('L');
        if (TryTake("_Z"))
        {
            var outer = _templateArguments;
            var (name, _) = ReadEncoding();
            var rendered = new MangledScope(_templateArguments).Render(name);
            _templateArguments = outer;
            Expect('E');
            return new NamedNode("&" + rendered);
        }

        var type = ReadType();
        var start = _position;
        while (Next is not ('E' or '\0'))
            _position++;
        var value = text[start.._position].Replace('n', '-');
        Expect('E');
        return new NamedNode(type switch
        {
            BuiltinNode { Name: "bool" } => value == "0" ? "false" : "true",
            BuiltinNode { Name: "int" } => value,
            BuiltinNode { Name: "unsigned int" } => value + "u",
            BuiltinNode { Name: "long" } => value + "l",
            BuiltinNode { Name: "unsigned long" } => value + "ul",
            BuiltinNode { Name: "long long" } => value + "ll",
            BuiltinNode { Name: "unsigned long long" } => value + "ull",
            BuiltinNode { Name: "decltype(nullptr)" } => "nullptr",
            _ => $"({new MangledScope(_templateArguments).Render(type)}){value}",
        });
    }

    private MangledNode ReadExpression()
    {
        if (++_depth > MaxDepth)
            throw Unknown();
        var expression = ReadExpressionInner();
        _depth--;
        return expression;
    }

    private MangledNode ReadExpressionInner()
    {
        if (Next == 'L')
            return ReadLiteral();
        if (Next == 'T')
            return ReadTemplateParameter();
        if (_position + 2 > text.Length)
            throw Unknown();
        var code = text.Substring(_position, 2);
        _position += 2;
        if (s_binary.TryGetValue(code, out var binary))
            return new ExpressionNode(binary, [ReadExpression(), ReadExpression()]);
        if (s_unary.TryGetValue(code, out var unary))
            return new ExpressionNode(unary, [ReadExpression()]);
        return code switch
        {
            "qu" => new ExpressionNode("?", [ReadExpression(), ReadExpression(), ReadExpression()]),
            "ad" => ReadExpression(), // the address of what a literal names; that is written with its own &
            "st" => new ExpressionNode("sizeof", [ReadType()]),
            "sz" => new ExpressionNode("sizeof ", [ReadExpression()]),
            _ => throw Unknown(),
        };
    }
}
