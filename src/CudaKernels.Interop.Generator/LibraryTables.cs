namespace CudaKernels.Interop.Generator;

/// <summary>Everything the tables state about one library.</summary>
/// <param name="Library">The library.</param>
/// <param name="Functions">Its functions.</param>
/// <param name="Enums">Its enumerations and constants.</param>
/// <param name="Structs">Its structs and unions.</param>
/// <param name="Handles">Its opaque handles: C# name and the type of the value inside.</param>
/// <param name="Aliases">Other names of types: C name to C type.</param>
public sealed record LibraryTables(
    LibraryDescription Library,
    IReadOnlyList<FunctionRow> Functions,
    IReadOnlyList<EnumRow> Enums,
    IReadOnlyList<StructRow> Structs,
    IReadOnlyList<(string Name, string Value)> Handles,
    IReadOnlyList<(string Name, string Type)> Aliases)
{
    /// <summary>Reads the tables of every library.</summary>
    /// <param name="tables">The folder <c>tables</c>.</param>
    public static IReadOnlyList<LibraryTables> ReadAll(string tables) =>
        [.. LibraryDescription.All.Select(library => Read(library, Path.Combine(tables, library.Tables)))];

    private static LibraryTables Read(LibraryDescription library, string folder) => new(
        library,
        FunctionRow.Read(TableFile.Read(Path.Combine(folder, "functions.tsv"))),
        EnumRow.Read(TableFile.Read(Path.Combine(folder, "enums.tsv"))),
        StructRow.Read(TableFile.Read(Path.Combine(folder, "structs.tsv"))),
        ReadPairs(Path.Combine(folder, "handles.tsv"), "handle", "value"),
        ReadPairs(Path.Combine(folder, "aliases.tsv"), "name", "type"));

    private static List<(string, string)> ReadPairs(string path, string first, string second)
    {
        TableFile table = TableFile.Read(path);
        return [.. Enumerable.Range(0, table.Count).Select(i => (table[i, first], table[i, second]))];
    }
}
