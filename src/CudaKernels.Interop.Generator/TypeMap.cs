namespace CudaKernels.Interop.Generator;

/// <summary>Turns the C types of the tables into C# types.</summary>
public sealed class TypeMap
{
    private static readonly Dictionary<string, (string Type, int Size)> s_plain = new()
    {
        ["void"] = ("void", 0),
        ["char"] = ("byte", 1),
        ["unsigned char"] = ("byte", 1),
        ["int8_t"] = ("sbyte", 1),
        ["uint8_t"] = ("byte", 1),
        ["unsigned short"] = ("ushort", 2),
        ["int16_t"] = ("short", 2),
        ["uint16_t"] = ("ushort", 2),
        ["int"] = ("int", 4),
        ["int32_t"] = ("int", 4),
        ["unsigned int"] = ("uint", 4),
        ["uint32_t"] = ("uint", 4),
        ["cuuint32_t"] = ("uint", 4),
        ["long long"] = ("long", 8),
        ["int64_t"] = ("long", 8),
        ["unsigned long long"] = ("ulong", 8),
        ["uint64_t"] = ("ulong", 8),
        ["cuuint64_t"] = ("ulong", 8),
        ["size_t"] = ("nuint", 8),
        ["float"] = ("float", 4),
        ["double"] = ("double", 8),
        ["half"] = ("Half", 2),
        ["callback"] = ("void*", 8),
        ["host callback"] = ("delegate* unmanaged<void*, void>", 8),
    };

    // C# has no fixed buffer of these, so an array of them becomes an inline array type.
    private static readonly HashSet<string> s_fixedElements = ["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double"];

    private readonly Dictionary<string, string> _aliases = [];
    private readonly Dictionary<string, (int Size, int Alignment)> _named = [];

    /// <summary>Collects the names that the tables define.</summary>
    public TypeMap(IReadOnlyList<LibraryTables> libraries)
    {
        foreach (LibraryTables library in libraries)
        {
            foreach ((string name, string type) in library.Aliases)
                _aliases[name] = type;
            foreach ((string name, string value) in library.Handles)
                _named[name] = value is "int" or "uint" ? (4, 4) : (8, 8);
            foreach (EnumRow row in library.Enums.Where(e => !e.IsConstants))
                _named[row.Name] = (4, 4);
            foreach (StructRow row in library.Structs)
                _named[row.Name] = (row.Size, row.Alignment);
        }
    }

    /// <summary>The C# type of a parameter, a return value or a field that is no array.</summary>
    /// <exception cref="InvalidDataException">A table names a type that no table defines.</exception>
    public string Map(string type)
    {
        type = type.Replace("const ", string.Empty).Replace(" const", string.Empty);
        int stars = type.Count(c => c == '*');
        string core = Resolve(type.Replace("*", string.Empty).Trim());
        if (core == "unsigned long")
        {
            // A C long is 4 bytes on Windows and 8 elsewhere: only a pointer to one is the same everywhere.
            return stars > 0 ? "CULong" + new string('*', stars) : throw new InvalidDataException("a C long by value has no fixed size");
        }

        string name = s_plain.TryGetValue(core, out (string Type, int Size) plain) ? plain.Type
            : _named.ContainsKey(core) ? core
            : throw new InvalidDataException($"no table defines the type '{core}'");
        return name + new string('*', stars);
    }

    /// <summary>Splits a C array type into its C# element type and length; the length is 0 for any other type.</summary>
    public (string Element, int Length) MapField(string type)
    {
        int bracket = type.IndexOf('[');
        return bracket < 0 ? (Map(type), 0) : (Map(type[..bracket]), int.Parse(type[(bracket + 1)..^1]));
    }

    /// <summary>True when C# can hold an array of the element type as a fixed buffer.</summary>
    public static bool CanBeFixed(string element) => s_fixedElements.Contains(element);

    /// <summary>Size and alignment of a C# field type on a 64-bit system.</summary>
    public (int Size, int Alignment) Layout(string type)
    {
        if (type.EndsWith('*') || type.StartsWith("delegate*", StringComparison.Ordinal))
            return (8, 8);
        if (_named.TryGetValue(type, out (int Size, int Alignment) named))
            return (named.Size, Math.Min(named.Alignment, 8));
        int size = s_plain.Values.First(p => p.Type == type).Size;
        return (size, size);
    }

    private string Resolve(string name)
    {
        while (_aliases.TryGetValue(name, out string? next))
            name = next;
        return name;
    }
}
