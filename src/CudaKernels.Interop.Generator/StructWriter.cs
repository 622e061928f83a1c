using System.Text;

namespace CudaKernels.Interop.Generator;

/// <summary>Writes the structs and unions of a library at their exact layout.</summary>
public sealed class StructWriter(TypeMap types)
{
    private readonly SortedDictionary<string, (string Element, int Length)> _inlineArrays = new(StringComparer.Ordinal);

    /// <summary>Writes all structs of a library into one file.</summary>
    public string Write(LibraryTables tables)
    {
        _inlineArrays.Clear();
        StringBuilder text = SourceText.Begin(undocumentedMembers: true, "System.Runtime.CompilerServices", "System.Runtime.InteropServices");
        foreach (StructRow row in tables.Structs)
            WriteStruct(text, tables.Library, row);
        foreach ((string name, (string element, int length)) in _inlineArrays)
            text.Append($"\n/// <summary>{length} values of {element} one after the other.</summary>\n[InlineArray({length})]\npublic struct {name}\n{{\n    public {element} first;\n}}\n");
        return text.ToString();
    }

    private void WriteStruct(StringBuilder text, LibraryDescription library, StructRow row)
    {
        bool isSequential = IsSequential(row);
        string level = row.Level is 0 or 13000 ? string.Empty : $", as CUDA {SourceText.Version(row.Level, "CUDA")} lays it out";
        text.Append($"\n/// <summary>The C {(row.IsUnion ? "union" : "struct")} {row.Name} of {library.Title}{level}: {row.Size} bytes.</summary>\n");
        text.Append(isSequential ? "[StructLayout(LayoutKind.Sequential)]\n" : $"[StructLayout(LayoutKind.Explicit, Size = {row.Size})]\n");
        text.Append($"public unsafe struct {row.Name}\n{{\n");
        foreach ((string type, string name, int offset, int _) in row.Fields)
        {
            (string element, int length) = types.MapField(type);
            string identifier = SourceText.Identifier(name);
            string place = isSequential ? string.Empty : $"[FieldOffset({offset})] ";
            text.Append("    ").Append(place);
            if (length == 0)
                text.Append($"public {element} {identifier};\n");
            else if (TypeMap.CanBeFixed(element))
                text.Append($"public fixed {element} {identifier}[{length}];\n");
            else
                text.Append($"public {InlineArray(element, length)} {identifier};\n");
        }

        text.Append("}\n");
    }

    private string InlineArray(string element, int length)
    {
        string name = $"{element}_{length}";
        _inlineArrays[name] = (element, length);
        return name;
    }

    /// <summary>True when the runtime's own rules for a sequential layout give the offsets of the table.</summary>
    private bool IsSequential(StructRow row)
    {
        int end = 0;
        int alignment = 1;
        foreach ((string type, string _, int offset, int _) in row.Fields)
        {
            (string element, int length) = types.MapField(type);
            (int size, int fieldAlignment) = types.Layout(element);
            int place = RoundUp(end, fieldAlignment);
            if (place != offset)
                return false;
            end = place + size * Math.Max(length, 1);
            alignment = Math.Max(alignment, fieldAlignment);
        }

        return RoundUp(end, alignment) == row.Size;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
