using System.Globalization;

namespace CudaKernels;

/// <content>Names, substitutions and template arguments.</content>
internal sealed partial class MangledName
{
    private MangledNode ReadName(bool isEncodingName = false)
    {
        if (++_depth > MaxDepth)
            throw Unknown();
        var name = Next switch
        {
            'N' => ReadNestedName(isEncodingName),
            'Z' => ReadLocalName(),
            'S' when After != 't' => ReadTemplateOf(ReadSubstitution(), isEncodingName),
            _ => ReadUnscopedName(isEncodingName),
        };
        _depth--;
        return name;
    }

    private MangledNode ReadUnscopedName(bool isEncodingName)
    {
        var isStandard = TryTake("St");
        var name = ReadUnqualifiedName();
        if (isStandard)
            name = new ScopedNode(new NamedNode("std"), name);
        return Next == 'I' ? ReadTemplateOf(Remember(name), isEncodingName) : name;
    }

    private TemplateNode ReadTemplateOf(MangledNode name, bool isEncodingName)
    {
        var arguments = ReadTemplateArguments();
        if (isEncodingName)
            _templateArguments = arguments;
        return new TemplateNode(name, arguments);
    }

    private MangledNode ReadNestedName(bool isEncodingName)
    {
        Expect('N');
        while (Next is 'r' or 'V' or 'K' or 'R' or 'O')
            _position++;
        MangledNode? name = null;
        var remembered = false;
        while (!TryTake('E'))
        {
            remembered = true;
            switch (Next)
            {
                case 'S' when After == 't' && name is null:
                    _position += 2;
                    name = new NamedNode("std");
                    remembered = false;
                    break;
                case 'S' when name is null:
                    name = ReadSubstitution();
                    remembered = false;
                    break;
                case 'T' when name is null:
                    name = Remember(ReadTemplateParameter());
                    break;
                case 'I' when name is not null:
                    name = Remember(Instantiate(name, ReadTemplateArguments(), isEncodingName));
                    break;
                default:
                    var part = ReadUnqualifiedName();
                    name = Remember(name is null ? part : new ScopedNode(name, part));
                    break;
            }
        }

        if (!remembered || name is null)
            throw Unknown();
        _substitutions.RemoveAt(_substitutions.Count - 1); // the whole is remembered by who reads a type; a function's name is not
        return name;
    }

    private MangledNode Instantiate(MangledNode name, List<MangledNode> arguments, bool isEncodingName)
    {
        if (isEncodingName)
            _templateArguments = arguments;
        return name is ScopedNode scoped
            ? new ScopedNode(scoped.Scope, new TemplateNode(scoped.Name, arguments))
            : new TemplateNode(name, arguments);
    }

    /// <summary>A type declared inside a function: Z encoding E name.</summary>
    private NamedNode ReadLocalName()
    {
        Expect('Z');
        var outer = _templateArguments;
        var (function, parameters) = ReadEncoding();
        var scope = new MangledScope(_templateArguments);
        var prefix = scope.Render(function) + (parameters is null ? "" : $"({string.Join(", ", scope.Parameters(parameters).Select(parameter => parameter.TypeName))})");
        _templateArguments = outer;
        Expect('E');
        if (Next is 's' or 'd')
            throw Unknown(); // a string literal, or a default argument
        var name = new MangledScope(_templateArguments).Render(ReadName());
        if (TryTake('_'))
        {
            var isLong = TryTake('_');
            ReadDigits();
            if (isLong)
                Expect('_');
        }

        return new NamedNode($"{prefix}::{name}");
    }

    private MangledNode ReadUnqualifiedName()
    {
        TryTake('L'); // internal linkage
        MangledNode name;
        if (char.IsAsciiDigit(Next))
        {
            name = new NamedNode(ReadSourceName());
        }
        else if (TryTake("Ut"))
        {
            name = new NamedNode("{unnamed}" + ReadOrdinal());
        }
        else if (TryTake("Ul"))
        {
            while (!TryTake('E'))
                ReadType();
            name = new NamedNode("{lambda}" + ReadOrdinal());
        }
        else
        {
            throw Unknown(); // operators, constructors, destructors: no kernel, and no type, is named so
        }

        while (TryTake('B')) // ABI tags
            ReadSourceName();
        return name;
    }

    private string ReadOrdinal()
    {
        var digits = char.IsAsciiDigit(Next) ? ReadDigits() : "";
        Expect('_');
        return digits;
    }

    private string ReadSourceName()
    {
        if (!int.TryParse(ReadDigits(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length == 0 || length > text.Length - _position)
            throw Unknown();
        var name = text.Substring(_position, length);
        _position += length;
        return name.StartsWith("_GLOBAL__N", StringComparison.Ordinal) ? "(anonymous namespace)" : name;
    }

    private string ReadDigits()
    {
        var start = _position;
        while (char.IsAsciiDigit(Next))
            _position++;
        return start < _position ? text[start.._position] : throw Unknown();
    }

    private MangledNode ReadSubstitution()
    {
        Expect('S');
        var standard = Next switch
        {
            'a' => "std::allocator",
            'b' => "std::basic_string",
            's' => "std::string",
            'i' => "std::istream",
            'o' => "std::ostream",
            'd' => "std::iostream",
            _ => null,
        };
        if (standard is not null)
        {
            _position++;
            return new NamedNode(standard);
        }

        var index = ReadSequence("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        return index < _substitutions.Count ? _substitutions[index] : throw Unknown();
    }

    private TemplateParameterNode ReadTemplateParameter()
    {
        Expect('T');
        return new TemplateParameterNode(ReadSequence("0123456789"));
    }

    /// <summary><c>_</c> is 0, <c>0_</c> is 1, <c>1_</c> is 2, and so on in the given digits.</summary>
    private int ReadSequence(string digits)
    {
        var value = -1;
        while (!TryTake('_'))
        {
            var digit = digits.IndexOf(Next, StringComparison.Ordinal);
            if (digit < 0 || value > 100_000)
                throw Unknown();
            value = Math.Max(value, 0) * digits.Length + digit;
            _position++;
        }

        return value + 1;
    }

    private List<MangledNode> ReadTemplateArguments()
    {
        Expect('I');
        var arguments = new List<MangledNode>();
        while (!TryTake('E'))
            arguments.Add(ReadTemplateArgument());
        return arguments;
    }

    private MangledNode ReadTemplateArgument()
    {
        if (++_depth > MaxDepth)
            throw Unknown();
        var argument = ReadTemplateArgumentInner();
        _depth--;
        return argument;
    }

    private MangledNode ReadTemplateArgumentInner()
    {
        switch (Next)
        {
            case 'L':
                return ReadLiteral();
            case 'X':
                _position++;
                var expression = ReadExpression();
                Expect('E');
                return expression;
            case 'J':
                _position++;
                var elements = new List<MangledNode>();
                while (!TryTake('E'))
                    elements.Add(ReadTemplateArgument());
                return new PackNode(elements);
            default:
                return ReadType();
        }
    }
}
