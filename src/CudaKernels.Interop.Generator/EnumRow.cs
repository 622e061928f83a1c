namespace CudaKernels.Interop.Generator;

/// <summary>An enumeration (or a class of constants) and its members.</summary>
/// <param name="Name">Name of the C type; a name that ends in <c>Constants</c> holds the values of preprocessor names.</param>
/// <param name="Members">Names, values and the first CUDA version with them (0: older than the tables).</param>
public sealed record EnumRow(string Name, IReadOnlyList<(string Name, long Value, int Since)> Members)
{
    /// <summary>True for a holder of preprocessor constants.</summary>
    public bool IsConstants => Name.EndsWith("Constants", StringComparison.Ordinal);

    /// <summary>True when a value needs the unsigned underlying type.</summary>
    public bool IsUnsigned => Members.Any(m => m.Value > int.MaxValue);

    /// <summary>Reads the enumerations of a table, each with its members in the order of their values.</summary>
    public static IReadOnlyList<EnumRow> Read(TableFile table)
    {
        var members = new SortedDictionary<string, List<(string, long Value, int)>>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            string name = table[i, "enum"];
            if (!members.TryGetValue(name, out List<(string, long, int)>? list))
                members.Add(name, list = []);
            list.Add((table[i, "member"], long.Parse(table[i, "value"]), int.Parse(table[i, "since"])));
        }

        return [.. members.Select(pair => new EnumRow(pair.Key, [.. pair.Value.OrderBy(m => m.Value)]))];
    }
}
