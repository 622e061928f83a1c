namespace CudaKernels.Interop.Generator;

/// <summary>A struct or union with the exact place of each field.</summary>
/// <param name="Name">Name of the type.</param>
/// <param name="IsUnion">True for a C union.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Alignment">Alignment in bytes in C.</param>
/// <param name="Level">CUDA version whose header has this layout, or 0.</param>
/// <param name="Fields">C type, name, offset and size of each field; members of unnamed unions are fields of the owner.</param>
public sealed record StructRow(
    string Name,
    bool IsUnion,
    int Size,
    int Alignment,
    int Level,
    IReadOnlyList<(string Type, string Name, int Offset, int Size)> Fields)
{
    /// <summary>Reads the structs of a table in its order.</summary>
    public static IReadOnlyList<StructRow> Read(TableFile table)
    {
        var rows = new List<StructRow>();
        List<(string, string, int, int)> fields = [];
        for (int i = 0; i < table.Count; i++)
        {
            if (table[i, "field"].Length == 0)
            {
                fields = [];
                int level = table[i, "level"].Length == 0 ? 0 : int.Parse(table[i, "level"]);
                rows.Add(new StructRow(table[i, "struct"], table[i, "kind"] == "union", int.Parse(table[i, "size"]), int.Parse(table[i, "align"]), level, fields));
            }
            else
            {
                fields.Add((table[i, "type"], table[i, "field"], int.Parse(table[i, "offset"]), int.Parse(table[i, "size"])));
            }
        }

        return rows;
    }
}
