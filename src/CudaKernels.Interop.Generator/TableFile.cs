namespace CudaKernels.Interop.Generator;

/// <summary>A tab-separated table: one header line, then rows addressed by column name.</summary>
public sealed class TableFile
{
    private readonly Dictionary<string, int> _columns;
    private readonly string[][] _rows;

    private TableFile(Dictionary<string, int> columns, string[][] rows)
    {
        _columns = columns;
        _rows = rows;
    }

    /// <summary>The number of rows below the header.</summary>
    public int Count => _rows.Length;

    /// <summary>The cell of a row under a column; empty where the row is shorter than the header.</summary>
    public string this[int row, string column]
    {
        get
        {
            int index = _columns[column];
            return index < _rows[row].Length ? _rows[row][index] : string.Empty;
        }
    }

    /// <summary>Reads a table; a file that does not exist is an empty table.</summary>
    public static TableFile Read(string path)
    {
        if (!File.Exists(path))
            return new TableFile([], []);
        string[] lines = File.ReadAllLines(path);
        Dictionary<string, int> columns = lines[0].Split('\t').Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
        string[][] rows = [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'))];
        return new TableFile(columns, rows);
    }
}
