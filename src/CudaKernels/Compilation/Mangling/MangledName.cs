namespace CudaKernels;

/// <summary>Reads the parameter types out of a name mangled by the Itanium C++ ABI (section 5.1), as far as kernels need it.</summary>
/// <remarks>
/// Grammar: https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling. A form that no kernel signature needs (operators,
/// constructors, decltype, constraints) makes the signature unknown, never wrong.
/// </remarks>
internal sealed partial class MangledName(string text)
{
    private const int MaxDepth = 200; // far above any real name; keeps hostile input off the end of the stack
    private readonly List<MangledNode> _substitutions = [];
    private IReadOnlyList<MangledNode> _templateArguments = [];
    private int _position;
    private int _depth;

    /// <summary>The kernel's parameters; null when the name is not mangled or not understood.</summary>
    public IReadOnlyList<KernelParameter>? TryReadParameters()
    {
        if (!text.StartsWith("_Z", StringComparison.Ordinal))
            return null;
        try
        {
            _position = 2;
            var (_, parameters) = ReadEncoding();
            if (parameters is null || (_position < text.Length && text[_position] != '.'))
                return null; // a variable, or something left over
            return new MangledScope(_templateArguments).Parameters(parameters);
        }
        catch (MangledNameException)
        {
            return null; // the launch check then goes by sizes alone
        }
    }

    private char Next => _position < text.Length ? text[_position] : '\0';

    private char After => _position + 1 < text.Length ? text[_position + 1] : '\0';

    private bool TryTake(char c)
    {
        if (Next != c)
            return false;
        _position++;
        return true;
    }

    private bool TryTake(string word)
    {
        if (string.CompareOrdinal(text, _position, word, 0, word.Length) != 0)
            return false;
        _position += word.Length;
        return true;
    }

    private void Expect(char c)
    {
        if (!TryTake(c))
            throw Unknown();
    }

    private MangledNameException Unknown() => new($"unknown form at {_position} of {text}");

    /// <summary>A function's name and parameter types; no types for a variable. Leaves its template arguments for the caller.</summary>
    private (MangledNode Name, List<MangledNode>? Parameters) ReadEncoding()
    {
        _templateArguments = [];
        var name = ReadName(isEncodingName: true);
        if (Next is '\0' or '.' or 'E')
            return (name, null);
        var arguments = _templateArguments;
        if (IsTemplate(name))
            ReadType(); // the mangled name of a template instance starts with its result
        var parameters = new List<MangledNode>();
        while (Next is not ('\0' or '.' or 'E'))
            parameters.Add(ReadType());
        _templateArguments = arguments;
        return (name, parameters);
    }

    private static bool IsTemplate(MangledNode name) => name is TemplateNode || (name is ScopedNode scoped && IsTemplate(scoped.Name));

    private MangledNode ReadType()
    {
        if (++_depth > MaxDepth)
            throw Unknown();
        var type = ReadTypeInner();
        _depth--;
        return type;
    }

    private MangledNode ReadTypeInner()
    {
        switch (Next)
        {
            case 'r' or 'V' or 'K':
                TryTake('r');
                var isVolatile = TryTake('V');
                var isConst = TryTake('K');
                return Remember(new QualifiedNode(ReadType(), isConst, isVolatile));
            case 'P':
                _position++;
                return Remember(new PointerNode(ReadType()));
            case 'R':
                _position++;
                return Remember(new ReferenceNode(ReadType(), "&"));
            case 'O':
                _position++;
                return Remember(new ReferenceNode(ReadType(), "&&"));
            case 'A':
                _position++;
                return Remember(ReadArray());
            case 'F':
                _position++;
                return Remember(ReadFunction());
            case 'M':
                _position++;
                return Remember(new MemberPointerNode(ReadType(), ReadType()));
            case 'T' when After is '_' or (>= '0' and <= '9'):
                var parameter = Remember(ReadTemplateParameter());
                return Next == 'I' ? Remember(new TemplateNode(parameter, ReadTemplateArguments())) : parameter;
            case 'T' when After is 's' or 'u' or 'e': // elaborated: struct, union, enum
                _position += 2;
                return Remember(ReadName());
            case 'S' when After != 't':
                var substitution = ReadSubstitution();
                return Next == 'I' ? Remember(new TemplateNode(substitution, ReadTemplateArguments())) : substitution;
            case 'u': // a vendor's built-in type, by name
                _position++;
                return Remember(ReadVendorType());
            case 'U' when char.IsAsciiDigit(After): // a vendor's qualifier
                _position++;
                ReadSourceName();
                return Remember(new QualifiedNode(ReadType(), false, false));
            case 'D':
                return ReadDType();
            case 'N' or 'Z' or 'S' or 'L' or 'U' or (>= '0' and <= '9'):
                return Remember(ReadName());
            default:
                return ReadBuiltin();
        }
    }

    private MangledNode Remember(MangledNode node)
    {
        _substitutions.Add(node);
        return node;
    }

    private ArrayNode ReadArray()
    {
        MangledNode? length = null;
        if (char.IsAsciiDigit(Next))
            length = new NamedNode(ReadDigits());
        else if (Next != '_')
            length = ReadExpression();
        Expect('_');
        return new ArrayNode(ReadType(), length);
    }

    private FunctionNode ReadFunction()
    {
        TryTake('Y'); // extern "C"
        var result = ReadType();
        var parameters = new List<MangledNode>();
        while (!TryTake('E'))
            parameters.Add(ReadType());
        if (parameters is [BuiltinNode { Name: "void" }])
            parameters.Clear();
        return new FunctionNode(result, parameters);
    }

    private MangledNode ReadDType()
    {
        _position++;
        switch (Next)
        {
            case 'p':
                _position++;
                return Remember(new ExpansionNode(ReadType()));
            case 'n':
                _position++;
                return new BuiltinNode("decltype(nullptr)", ParameterKind.Pointer, 8);
            case 'i':
                _position++;
                return new BuiltinNode("char32_t", ParameterKind.UnsignedInteger, 4);
            case 's':
                _position++;
                return new BuiltinNode("char16_t", ParameterKind.UnsignedInteger, 2);
            case 'u':
                _position++;
                return new BuiltinNode("char8_t", ParameterKind.UnsignedInteger, 1);
            default:
                if (TryTake("F16_"))
                    return new BuiltinNode("_Float16", ParameterKind.Structure, 2);
                if (TryTake("F16b"))
                    return new BuiltinNode("__bf16", ParameterKind.Structure, 2);
                throw Unknown();
        }
    }

    private BuiltinNode ReadVendorType()
    {
        var name = ReadSourceName();
        return new BuiltinNode(name, ParameterKind.Structure, name == "__bf16" ? 2 : 0);
    }

    private BuiltinNode ReadBuiltin()
    {
        var type = Builtin(Next) ?? throw Unknown();
        _position++;
        return type;
    }

    // NVRTC takes the host's sizes: long and wchar_t are 4 and 2 bytes on Windows, 8 and 4 elsewhere.
    private static BuiltinNode? Builtin(char code) => code switch
    {
        'v' => new("void", ParameterKind.Unknown, 0),
        'b' => new("bool", ParameterKind.UnsignedInteger, 1),
        'c' => new("char", ParameterKind.SignedInteger, 1),
        'a' => new("signed char", ParameterKind.SignedInteger, 1),
        'h' => new("unsigned char", ParameterKind.UnsignedInteger, 1),
        'w' => OperatingSystem.IsWindows() ? new("wchar_t", ParameterKind.UnsignedInteger, 2) : new("wchar_t", ParameterKind.SignedInteger, 4),
        's' => new("short", ParameterKind.SignedInteger, 2),
        't' => new("unsigned short", ParameterKind.UnsignedInteger, 2),
        'i' => new("int", ParameterKind.SignedInteger, 4),
        'j' => new("unsigned int", ParameterKind.UnsignedInteger, 4),
        'l' => new("long", ParameterKind.SignedInteger, OperatingSystem.IsWindows() ? 4 : 8),
        'm' => new("unsigned long", ParameterKind.UnsignedInteger, OperatingSystem.IsWindows() ? 4 : 8),
        'x' => new("long long", ParameterKind.SignedInteger, 8),
        'y' => new("unsigned long long", ParameterKind.UnsignedInteger, 8),
        'n' => new("__int128", ParameterKind.SignedInteger, 16),
        'o' => new("unsigned __int128", ParameterKind.UnsignedInteger, 16),
        'f' => new("float", ParameterKind.Float, 4),
        'd' => new("double", ParameterKind.Double, 8),
        'e' => new("long double", ParameterKind.Structure, 0),
        'g' => new("__float128", ParameterKind.Structure, 16),
        'z' => new("...", ParameterKind.Unknown, 0),
        _ => null,
    };
}
