using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The tensor maps of the operands of a product by wgmma (kernels/common/wgmma_product.cuh), where they can have some.</summary>
internal readonly ref struct WgmmaMaps : IDisposable
{
    private const int Alignment = 16;
    private const long MaxStride = 1L << 40;

    /// <summary>A tile's coordinates, those of its last box too, are 32-bit numbers.</summary>
    private const long MaxLength = int.MaxValue - WgmmaTile.MaxColumns;

    private static readonly TensorMapOptions s_options = new() { Swizzle = TensorMapSwizzle.Bytes128 };

    private WgmmaMaps(TensorMap a, TensorMap b) => (A, B) = (a, b);

    public TensorMap A { get; }

    public TensorMap B { get; }

    /// <summary>Makes the maps of both operands; false where a tensor map does not take one of them.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> a, MatrixOperand left, DeviceTensor<T> b, MatrixOperand right, in MatrixBatch batch, out WgmmaMaps maps) where T : unmanaged
    {
        var (atA, atB) = (a.At(batch.AtA, writes: false), b.At(batch.AtB, writes: false));
        var (countA, countB) = (batch.StepA == 0 ? 1 : batch.Count, batch.StepB == 0 ? 1 : batch.Count);
        if (!Fits<T>(left, isDense: left.IsTransposed, atA, countA, batch.StepA) || !Fits<T>(right, isDense: !right.IsTransposed, atB, countB, batch.StepB))
        {
            maps = default;
            return false;
        }

        var map = CreateMap(a, left, atA, countA, batch.StepA, WgmmaTile.Rows, isDense: left.IsTransposed);
        try
        {
            maps = new WgmmaMaps(map, CreateMap(b, right, atB, countB, batch.StepB, WgmmaTile.Columns<T>(), isDense: !right.IsTransposed));
            return true;
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    /// <summary>Whether wgmma and a tensor map take the matrices: neighbours along k side by side or 16-bit elements, no empty ones, every row at a multiple of 16 bytes, coordinates of 32 bits.</summary>
    /// <param name="operand">One matrix.</param>
    /// <param name="isDense">Whether the rows of A, or columns of B, stand side by side in memory.</param>
    /// <param name="at">Its first element.</param>
    /// <param name="batch">Matrices; at most 1 where all products share one.</param>
    /// <param name="step">Elements between the matrices.</param>
    private static bool Fits<T>(MatrixOperand operand, bool isDense, KernelArgument at, long batch, long step) where T : unmanaged
    {
        var (rows, columns) = Stored(operand);
        var (pitch, size) = (Pitch<T>(operand), ElementType<T>.Size);
        return (!isDense || size == 2) && rows > 0 && columns > 0 && Math.Max(Math.Max(rows, columns), batch) <= MaxLength
            && at.Address % Alignment == 0 && pitch * size % Alignment == 0 && pitch * size * rows < MaxStride
            && (batch <= 1 || (step > 0 && step * size % Alignment == 0 && step * size < MaxStride));
    }

    /// <summary>
    /// The tensor map of an operand's matrices. The swizzle is 128 bytes wide: the tile is one box of <paramref name="extent"/> rows, or where neighbours along it stand side by side boxes of 64 by 64.
    /// Floats are rounded to TF32 as they are read.
    /// </summary>
    /// <param name="tensor">The tensor that holds them.</param>
    /// <param name="operand">One matrix.</param>
    /// <param name="at">Its first element.</param>
    /// <param name="batch">Matrices; at most 1 where all products share one.</param>
    /// <param name="step">Elements between the matrices.</param>
    /// <param name="extent">The tile's rows of A, or columns of B.</param>
    /// <param name="isDense">Whether the rows of A, or columns of B, stand side by side in memory.</param>
    private static TensorMap CreateMap<T>(DeviceTensor<T> tensor, MatrixOperand operand, KernelArgument at, long batch, long step, int extent, bool isDense) where T : unmanaged
    {
        var (rows, columns) = Stored(operand);
        var pitch = Pitch<T>(operand) * ElementType<T>.Size;
        var memory = tensor.Block;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), tensor);
        return TensorMap.Tiled(
            (CudaDevice)tensor.Device,
            at.Address,
            memory,
            typeof(T) == typeof(float) ? TensorMapElement.TFloat32 : TensorMapElements.Of(ElementType<T>.Kind),
            [(nint)Math.Max(batch, 1), rows, columns],
            [batch <= 1 ? pitch * rows : (nint)(step * ElementType<T>.Size), pitch],
            isDense ? [1, WgmmaTile.Depth<T>(), 64] : [1, extent, WgmmaTile.Depth<T>()],
            s_options);
    }

    private static (nint Rows, nint Columns) Stored(MatrixOperand operand) => operand.IsTransposed ? (operand.Columns, operand.Rows) : (operand.Rows, operand.Columns);

    // Of one row the leading dimension says nothing.
    private static nint Pitch<T>(MatrixOperand operand) where T : unmanaged
    {
        var (rows, columns) = Stored(operand);
        var chunk = Alignment / ElementType<T>.Size;
        return rows > 1 ? operand.LeadingDimension : (columns + chunk - 1) / chunk * chunk;
    }
}
