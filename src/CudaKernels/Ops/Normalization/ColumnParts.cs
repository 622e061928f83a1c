namespace CudaKernels;

/// <summary>
/// How the rows of a matrix are shared out where sums along its columns are made: every piece of work has sums of its own, which are
/// joined in order. The pieces depend on the shape alone, so that the number of threads changes no bit.
/// </summary>
internal readonly record struct ColumnParts(nint Rows, nint Columns, nint RowsPerPart)
{
    /// <summary>Elements that a part has at least.</summary>
    private const int LeastElements = 32 * 1024;

    /// <summary>The most parts, and the most sums of all parts together.</summary>
    private const int MostParts = 64, MostSums = 4 * 1024 * 1024;

    /// <summary>The number of parts.</summary>
    public int Count => (int)((Rows + RowsPerPart - 1) / RowsPerPart);

    public static ColumnParts Of(nint rows, nint columns)
    {
        var most = Math.Clamp(MostSums / Math.Max(columns, 1), 1, MostParts);
        return new ColumnParts(rows, columns, Math.Max(Math.Max(LeastElements / Math.Max(columns, 1), (rows + most - 1) / most), 1));
    }

    /// <summary>The rows of a part.</summary>
    public (nint Begin, nint End) Range(long part) => ((nint)part * RowsPerPart, Math.Min(((nint)part + 1) * RowsPerPart, Rows));
}
