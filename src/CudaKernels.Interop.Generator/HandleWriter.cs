using System.Text;

namespace CudaKernels.Interop.Generator;

/// <summary>Writes the opaque handles of a library: one small struct each, so that no two kinds mix.</summary>
public static class HandleWriter
{
    /// <summary>Writes all handles of a library into one file.</summary>
    public static string Write(LibraryTables tables)
    {
        StringBuilder text = SourceText.Begin(undocumentedMembers: false);
        foreach ((string name, string value) in tables.Handles)
        {
            text.Append($"\n/// <summary>The C type {name} of {tables.Library.Title}.</summary>\n");
            text.Append($"/// <param name=\"Value\">The value as the library gave it{(value == "nint" ? "; 0 is no object" : string.Empty)}.</param>\n");
            text.Append($"public readonly record struct {name}({value} Value);\n");
        }

        return text.ToString();
    }
}
