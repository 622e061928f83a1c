namespace CudaKernels;

/// <summary>The format's names of element types.</summary>
internal static class SafetensorsTypes
{
    // In the order in which the reference implementation ranks them; see Rank.
    private static readonly (ElementKind Kind, string Name)[] s_names =
    [
        (ElementKind.Boolean, "BOOL"),
        (ElementKind.UInt8, "U8"),
        (ElementKind.Int8, "I8"),
        (ElementKind.Float8E5M2, "F8_E5M2"),
        (ElementKind.Float8E4M3, "F8_E4M3"),
        (ElementKind.Float16, "F16"),
        (ElementKind.BFloat16, "BF16"),
        (ElementKind.Int32, "I32"),
        (ElementKind.Float32, "F32"),
        (ElementKind.Float64, "F64"),
        (ElementKind.Int64, "I64"),
    ];

    // Names that the format has and no tensor of this library.
    private static readonly string[] s_foreign = ["F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "I16", "U16", "U32", "U64", "C64"];

    public static string NameOf(ElementKind kind) => s_names[Rank(kind)].Name;

    /// <summary>The place of a kind in the order in which writers lay tensors down: the highest rank, which is the widest type, first, so that each tensor is aligned.</summary>
    public static int Rank(ElementKind kind) => Array.FindIndex(s_names, known => known.Kind == kind);

    /// <exception cref="FormatException">The format has no such type, or no tensor of this library holds it.</exception>
    public static ElementKind KindOf(string name)
    {
        foreach (var known in s_names)
        {
            if (known.Name == name)
            {
                return known.Kind;
            }
        }

        var problem = s_foreign.Contains(name) ? "is not supported: no tensor holds it" : "is unknown";
        throw new FormatException($"dtype '{name}' {problem}; supported are {string.Join(", ", s_names.Select(known => known.Name))}");
    }
}
