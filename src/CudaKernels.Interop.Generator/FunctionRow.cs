namespace CudaKernels.Interop.Generator;

/// <summary>One function of a library, as its table states it.</summary>
/// <param name="Name">Name in the C header; the older of two functions that share it ends in <c>_v1</c>.</param>
/// <param name="Symbol">Name that the library exports.</param>
/// <param name="Lookup">Name for cuGetProcAddress, or empty where the function is taken by its export.</param>
/// <param name="Pin">Version for cuGetProcAddress, or 0.</param>
/// <param name="Since">First version with the function (CUDA: major * 1000 + minor * 10; NCCL: major * 10000 + minor * 100), or 0 where it is older than the tables.</param>
/// <param name="Returns">C return type.</param>
/// <param name="Parameters">C types and names, in order.</param>
/// <param name="Group">The group of the documentation that it belongs to.</param>
public sealed record FunctionRow(
    string Name,
    string Symbol,
    string Lookup,
    int Pin,
    int Since,
    string Returns,
    IReadOnlyList<(string Type, string Name)> Parameters,
    string Group)
{
    /// <summary>Reads the functions of a table in its order.</summary>
    public static IReadOnlyList<FunctionRow> Read(TableFile table)
    {
        var rows = new List<FunctionRow>(table.Count);
        for (int i = 0; i < table.Count; i++)
        {
            rows.Add(new FunctionRow(
                table[i, "name"],
                table[i, "symbol"],
                table[i, "lookup"],
                int.Parse(table[i, "pin"]),
                int.Parse(table[i, "since"]),
                table[i, "returns"],
                ReadParameters(table[i, "params"]),
                table[i, "group"]));
        }

        return rows;
    }

    private static List<(string Type, string Name)> ReadParameters(string text)
    {
        var parameters = new List<(string, string)>();
        foreach (string part in text.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            int space = part.LastIndexOf(' ');
            parameters.Add((part[..space], part[(space + 1)..]));
        }

        return parameters;
    }
}
