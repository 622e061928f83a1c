using System.Collections.Frozen;

namespace CudaKernels;

/// <summary>Tells the kind of a parameter from its words, with the aliases and structs that the source declares.</summary>
internal sealed class SourceTypes
{
    private const int MaxAliasSteps = 8;
    private static readonly FrozenSet<string> s_builtinWords =
        new[] { "void", "bool", "char", "short", "int", "long", "signed", "unsigned", "float", "double", "wchar_t", "char8_t", "char16_t", "char32_t" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> s_ignoredWords =
        new[] { "__restrict__", "__restrict", "restrict", "__grid_constant__", "volatile", "register", "struct", "class", "union", "enum", "typename" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, (ParameterKind Kind, int Size)> s_knownNames = new Dictionary<string, (ParameterKind, int)>
    {
        ["int8_t"] = (ParameterKind.SignedInteger, 1),
        ["int16_t"] = (ParameterKind.SignedInteger, 2),
        ["int32_t"] = (ParameterKind.SignedInteger, 4),
        ["int64_t"] = (ParameterKind.SignedInteger, 8),
        ["uint8_t"] = (ParameterKind.UnsignedInteger, 1),
        ["uint16_t"] = (ParameterKind.UnsignedInteger, 2),
        ["uint32_t"] = (ParameterKind.UnsignedInteger, 4),
        ["uint64_t"] = (ParameterKind.UnsignedInteger, 8),
        ["size_t"] = (ParameterKind.UnsignedInteger, 8),
        ["ptrdiff_t"] = (ParameterKind.SignedInteger, 8),
        ["intptr_t"] = (ParameterKind.SignedInteger, 8),
        ["uintptr_t"] = (ParameterKind.UnsignedInteger, 8),
        ["half"] = (ParameterKind.Structure, 2),
        ["__half"] = (ParameterKind.Structure, 2),
        ["nv_bfloat16"] = (ParameterKind.Structure, 2),
        ["__nv_bfloat16"] = (ParameterKind.Structure, 2),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Dictionary<string, List<string>> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _structures = new(StringComparer.Ordinal);

    public SourceTypes(IEnumerable<List<string>> files)
    {
        foreach (var tokens in files)
        {
            for (var i = 0; i + 2 < tokens.Count; i++)
                ReadDeclaration(tokens, i);
        }
    }

    public KernelParameter Parameter(List<string> words)
    {
        var declared = WithoutDecoration(words);
        if (declared.Contains("("))
            return new KernelParameter(ParameterKind.Unknown, string.Join(' ', words), 0); // a function pointer
        var bracket = declared.IndexOf("[");
        var isArray = bracket >= 0;
        if (isArray)
            declared.RemoveRange(bracket, declared.Count - bracket);
        var (type, name) = SplitName(declared);
        if (isArray)
            type.Add("*");
        if (name is null && type.Count == 0)
            return new KernelParameter(ParameterKind.Unknown, string.Join(' ', words), 0);
        return Classify(type, 0);
    }

    private void ReadDeclaration(List<string> tokens, int i)
    {
        if (tokens[i] is "struct" or "class" or "union" or "enum")
        {
            _structures.Add(tokens[i + 1] is "class" or "struct" ? tokens[i + 2] : tokens[i + 1]);
        }
        else if (tokens[i] == "using" && tokens[i + 2] == "=")
        {
            var end = tokens.IndexOf(";", i);
            if (end > 0)
                _aliases.TryAdd(tokens[i + 1], WithoutDecoration(tokens.GetRange(i + 3, end - i - 3)));
        }
        else if (tokens[i] == "typedef")
        {
            var end = tokens.IndexOf(";", i);
            if (end > i + 2 && tokens.IndexOf("{", i, end - i) < 0 && tokens.IndexOf("(", i, end - i) < 0)
                _aliases.TryAdd(tokens[end - 1], WithoutDecoration(tokens.GetRange(i + 1, end - i - 2)));
        }
    }

    private KernelParameter Classify(List<string> type, int steps)
    {
        var text = Spell(type);
        var star = type.LastIndexOf("*");
        if (star >= 0)
        {
            var target = type.GetRange(0, star);
            var previous = target.LastIndexOf("*");
            var isConst = target.IndexOf("const", previous + 1) >= 0;
            var pointee = previous < 0 ? target.Where(word => word != "const").ToList() : target.GetRange(0, previous + 1);
            return new KernelParameter(isConst ? ParameterKind.ConstPointer : ParameterKind.Pointer, text, 8, Spell(pointee));
        }

        if (type.Contains("&"))
            return new KernelParameter(ParameterKind.Pointer, text, 8);
        var words = type.Where(word => word != "const").ToList();
        if (Builtin(words) is { } builtin)
            return new KernelParameter(builtin.Kind, text, builtin.Size);
        var last = words.Count == 1 || (words.Count > 1 && words[^2] == "::") ? words[^1] : null;
        if (last is not null && _aliases.TryGetValue(last, out var alias) && steps < MaxAliasSteps && !(alias.Count == 1 && alias[0] == last))
            return Classify(alias, steps + 1);
        if (last is not null && s_knownNames.TryGetValue(last, out var known))
            return new KernelParameter(known.Kind, text, known.Size);
        return new KernelParameter(words.Exists(_structures.Contains) ? ParameterKind.Structure : ParameterKind.Unknown, text, 0);
    }

    /// <summary>Without attributes, default values and words that do not change the kind.</summary>
    private static List<string> WithoutDecoration(List<string> words)
    {
        var kept = new List<string>();
        for (var i = 0; i < words.Count && words[i] != "="; i++)
        {
            if (words[i] == "[" && i + 1 < words.Count && words[i + 1] == "[")
            {
                while (i + 1 < words.Count && !(words[i] == "]" && words[i + 1] == "]"))
                    i++;
                i++;
            }
            else if (!s_ignoredWords.Contains(words[i]))
            {
                kept.Add(words[i]);
            }
        }

        return kept;
    }

    private static (List<string> Type, string? Name) SplitName(List<string> words)
    {
        if (words.Count < 2 || !SourceTokens.IsWord(words[^1]) || words[^1] == "const" || s_builtinWords.Contains(words[^1]) || words[^2] == "::")
            return (words, null);
        return words.Take(words.Count - 1).All(word => word == "const") ? (words, null) : (words.GetRange(0, words.Count - 1), words[^1]);
    }

    private static (ParameterKind Kind, int Size)? Builtin(List<string> words)
    {
        if (words.Count == 0 || !words.TrueForAll(s_builtinWords.Contains))
            return null;
        var kind = words.Contains("unsigned") ? ParameterKind.UnsignedInteger : ParameterKind.SignedInteger;
        if (words.Contains("bool"))
            return (ParameterKind.UnsignedInteger, 1);
        if (words.Contains("float"))
            return (ParameterKind.Float, 4);
        if (words.Contains("double"))
            return words.Contains("long") ? (ParameterKind.Structure, 0) : (ParameterKind.Double, 8);
        if (words.Contains("char"))
            return (kind, 1);
        if (words.Contains("short"))
            return (kind, 2);
        return words.Count(word => word == "long") switch
        {
            2 => (kind, 8),
            1 => (kind, OperatingSystem.IsWindows() ? 4 : 8),
            _ when words.Contains("int") || words.Contains("signed") || words.Contains("unsigned") => (kind, 4),
            _ => words[0] switch
            {
                "char8_t" => (ParameterKind.UnsignedInteger, 1),
                "char16_t" => (ParameterKind.UnsignedInteger, 2),
                "char32_t" => (ParameterKind.UnsignedInteger, 4),
                _ => (ParameterKind.Unknown, 0),
            },
        };
    }

    private static string Spell(List<string> words)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < words.Count; i++)
        {
            if (i > 0 && SourceTokens.IsWord(words[i]) && (SourceTokens.IsWord(words[i - 1]) || words[i - 1] is "*" or ">"))
                text.Append(' ');
            text.Append(words[i]).Append(words[i] == "," ? " " : "");
        }

        return text.ToString();
    }
}
