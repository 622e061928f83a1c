using System.Text;

namespace CudaKernels.Interop.Generator;

/// <summary>Writes the enumerations and the constants of a library.</summary>
public static class EnumWriter
{
    /// <summary>Writes all of them into one file.</summary>
    public static string Write(LibraryTables tables)
    {
        StringBuilder text = SourceText.Begin(undocumentedMembers: true);
        foreach (EnumRow row in tables.Enums)
        {
            if (row.IsConstants)
                WriteConstants(text, tables.Library, row);
            else
                WriteEnum(text, tables.Library, row);
        }

        return text.ToString();
    }

    private static void WriteEnum(StringBuilder text, LibraryDescription library, EnumRow row)
    {
        text.Append($"\n/// <summary>The C enumeration {row.Name} of {library.Title}.</summary>\npublic enum {row.Name}{(row.IsUnsigned ? " : uint" : string.Empty)}\n{{\n");
        foreach ((string name, long value, int since) in row.Members)
            text.Append($"    {name} = {value},{Since(library, since)}\n");
        text.Append("}\n");
    }

    private static void WriteConstants(StringBuilder text, LibraryDescription library, EnumRow row)
    {
        text.Append($"\n/// <summary>Values of preprocessor names in the headers of {library.Title}.</summary>\npublic static class {row.Name}\n{{\n");
        foreach ((string name, long value, int since) in row.Members)
            text.Append($"    public const {(value > int.MaxValue ? "uint" : "int")} {name} = {value};{Since(library, since)}\n");
        text.Append("}\n");
    }

    private static string Since(LibraryDescription library, int since) =>
        since == 0 ? string.Empty : $" // CUDA {SourceText.Version(since, "CUDA")}";
}
