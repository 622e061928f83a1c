namespace CudaKernels;

/// <summary>A stack of row-major matrices inside a tensor: what a matrix product reads or writes.</summary>
/// <param name="Rows">Rows, after the transposition.</param>
/// <param name="Columns">Columns, after the transposition.</param>
/// <param name="IsTransposed">Whether memory holds the transposed matrix.</param>
/// <param name="LeadingDimension">Elements between the rows in memory.</param>
internal readonly record struct MatrixOperand(nint Rows, nint Columns, bool IsTransposed, nint LeadingDimension)
{
    /// <summary>Whether the last two dimensions can be read as rows of consecutive elements, one way or the other.</summary>
    public static bool Fits(TensorLayout layout) => TryLeading(layout, transposed: false, out _) || TryLeading(layout, transposed: true, out _);

    /// <summary>The matrices of a layout that <see cref="Fits"/>, transposed on request.</summary>
    public static MatrixOperand Of(TensorLayout layout, bool transpose)
    {
        var (rows, columns) = (layout.Lengths[^2], layout.Lengths[^1]);
        var stored = !TryLeading(layout, transposed: false, out var leading);
        if (stored)
        {
            TryLeading(layout, transposed: true, out leading);
        }

        return transpose
            ? new MatrixOperand(columns, rows, !stored, leading)
            : new MatrixOperand(rows, columns, stored, leading);
    }

    private static bool TryLeading(TensorLayout layout, bool transposed, out nint leading)
    {
        var (row, column) = transposed ? (layout.Rank - 1, layout.Rank - 2) : (layout.Rank - 2, layout.Rank - 1);
        var (rows, columns) = (layout.Lengths[row], layout.Lengths[column]);
        leading = rows > 1 ? layout.Strides[row] : Math.Max(columns, 1);
        return (columns <= 1 || layout.Strides[column] == 1) && leading >= Math.Max(columns, 1);
    }
}
