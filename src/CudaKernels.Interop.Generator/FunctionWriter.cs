using System.Text;

namespace CudaKernels.Interop.Generator;

/// <summary>Writes the class of a library: one file per group of functions, and one with the facts about each.</summary>
public sealed class FunctionWriter(TypeMap types, IReadOnlyDictionary<string, string> summaries)
{
    /// <summary>Writes the methods of one group.</summary>
    public string WriteGroup(LibraryTables tables, string group)
    {
        LibraryDescription library = tables.Library;
        StringBuilder text = SourceText.Begin(undocumentedMembers: false, "System.Runtime.InteropServices");
        text.Append($"\npublic sealed unsafe partial class {library.ClassName}\n{{");
        string separator = "\n";
        for (int i = 0; i < tables.Functions.Count; i++)
        {
            FunctionRow row = tables.Functions[i];
            if (row.Group != group)
                continue;
            text.Append(separator);
            separator = "\n";
            WriteMethod(text, library, row, i);
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>Writes the list of functions and the constructor.</summary>
    public static string WriteList(LibraryTables tables)
    {
        LibraryDescription library = tables.Library;
        StringBuilder text = SourceText.Begin(undocumentedMembers: false);
        text.Append($"""

            /// <summary>The functions of {library.Title} under their C names. Each pointer is asked of the source at its first call.</summary>
            /// <param name="source">Where the function pointers come from: the real library, or another implementation of it.</param>
            public sealed unsafe partial class {library.ClassName}(ISymbolSource source) : NativeTable(source, Functions)
            """.Replace("\r", string.Empty));
        text.Append("\n{\n    /// <summary>Every function of this class, in the order of its slots.</summary>\n");
        text.Append("    public static NativeFunctionList Functions { get; } = new(\n    [\n");
        foreach (FunctionRow row in tables.Functions)
        {
            string lookup = row.Lookup.Length == 0 ? "null" : $"\"{row.Lookup}\"";
            text.Append($"        new(\"{library.Tables}\", \"{row.Name}\", \"{row.Symbol}\", {lookup}, {row.Pin}, {(library.VersionTitle == "CUDA" ? row.Since : 0)}),\n");
        }

        return text.Append("    ]);\n}\n").ToString();
    }

    private void WriteMethod(StringBuilder text, LibraryDescription library, FunctionRow row, int slot)
    {
        string since = row.Since == 0 ? string.Empty : $", {library.VersionTitle} {SourceText.Version(row.Since, library.VersionTitle)} or later";
        string facts = $"Group: {row.Group}{since}.";
        if (row.Symbol != row.Name)
            facts += $" Exported as {row.Symbol}.";
        if (summaries.TryGetValue(row.Name, out string? summary))
            text.Append($"    /// <summary>{SourceText.Xml(summary)}</summary>\n    /// <remarks>{facts}</remarks>\n");
        else
            text.Append($"    /// <summary>{facts}</summary>\n");
        string returns = types.Map(row.Returns);
        string parameters = string.Join(", ", row.Parameters.Select(p => $"{types.Map(p.Type)} {SourceText.Identifier(p.Name)}"));
        string signature = string.Concat(row.Parameters.Select(p => types.Map(p.Type) + ", ")) + returns;
        string arguments = string.Join(", ", row.Parameters.Select(p => SourceText.Identifier(p.Name)));
        text.Append($"    public {returns} {row.Name}({parameters}) =>\n");
        text.Append($"        ((delegate* unmanaged<{signature}>)Pointer({slot}))({arguments});\n");
    }
}
