namespace CudaKernels;

/// <summary>Matrices as an operand of a product by wgmma: WgmmaMatrices in kernels/common/wgmma_product.cuh.</summary>
/// <param name="operand">The matrices.</param>
/// <param name="element">What the copy engine makes of the elements on their way.</param>
/// <param name="isMnMajor">Whether the rows of A, or columns of B, stand side by side in memory.</param>
/// <param name="extent">The rows of A, or columns of B, that a block brings of a tile.</param>
internal readonly struct WgmmaMatrices<T>(WgmmaOperand operand, TensorMapElement element, bool isMnMajor, int extent) : IWgmmaSource where T : unmanaged
{
    private const int Alignment = 16;
    private const long MaxStride = 1L << 40;

    /// <summary>A tile's coordinates, those of its last box too, are 32-bit numbers.</summary>
    private const long MaxLength = int.MaxValue - WgmmaTile.MaxColumns;

    private static readonly TensorMapOptions s_options = new() { Swizzle = TensorMapSwizzle.Bytes128 };

    /// <summary>Whether wgmma and a tensor map take the matrices: neighbours along k side by side or 16-bit elements, no empty ones, every row at a multiple of 16 bytes, coordinates of 32 bits.</summary>
    public bool IsTaken
    {
        get
        {
            var (rows, columns) = operand.Stored;
            var (pitch, step, size) = (Pitch, operand.Step, ElementType<T>.Size);
            return (!isMnMajor || size == 2) && rows > 0 && columns > 0 && Math.Max(Math.Max(rows, columns), operand.Count) <= MaxLength
                && operand.At.Address % Alignment == 0 && pitch * size % Alignment == 0 && pitch * size * rows < MaxStride
                && (operand.Count == 1 || (step > 0 && step * size % Alignment == 0 && step * size < MaxStride));
        }
    }

    // Of one row the leading dimension says nothing.
    private nint Pitch
    {
        get
        {
            var (rows, columns) = operand.Stored;
            var chunk = Alignment / ElementType<T>.Size;
            return rows > 1 ? operand.Matrix.LeadingDimension : (columns + chunk - 1) / chunk * chunk;
        }
    }

    /// <summary>The swizzle is 128 bytes wide: a tile is one box, or where it is MN-major boxes of 64 by 64.</summary>
    public TensorMap CreateMap(CudaDevice device)
    {
        var (rows, columns) = operand.Stored;
        var pitch = Pitch * ElementType<T>.Size;
        return TensorMap.Tiled(
            device,
            operand.At.Address,
            WgmmaMaps.Lease(operand.At),
            element,
            [(nint)operand.Count, rows, columns],
            [operand.Count == 1 ? pitch * rows : (nint)(operand.Step * ElementType<T>.Size), pitch],
            isMnMajor ? [1, WgmmaTile.Depth<T>(), WgmmaTile.BoxLength] : [1, extent, WgmmaTile.Depth<T>()],
            s_options);
    }
}

/// <summary>The matrices of an operand of a product by wgmma in device memory.</summary>
/// <param name="At">The first element of the first one.</param>
/// <param name="Matrix">One of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Step">Elements between them.</param>
internal readonly record struct WgmmaOperand(KernelArgument At, MatrixOperand Matrix, long Count, long Step)
{
    /// <summary>The matrices of a batch; of a step of 0 it is one that all products share.</summary>
    public static WgmmaOperand Of(KernelArgument at, MatrixOperand matrix, long count, long step) => new(at, matrix, step == 0 ? 1 : count, step);

    /// <summary>Rows and columns as they lie in memory.</summary>
    public (nint Rows, nint Columns) Stored => Matrix.IsTransposed ? (Matrix.Columns, Matrix.Rows) : (Matrix.Rows, Matrix.Columns);
}
