using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The tensor maps of the operands of a product by wgmma (kernels/common/wgmma_product.cuh), where they can have some.</summary>
internal readonly ref struct WgmmaMaps : IDisposable
{
    public const int Rows = 128;
    public const int Columns = 256;

    public const int Depth = 64;
    private const int ElementBytes = 2;
    private const int Alignment = 16;
    private const long MaxStride = 1L << 40;

    /// <summary>A tile's coordinates, those of its last box too, are 32-bit numbers.</summary>
    private const long MaxLength = int.MaxValue - Columns;

    private static readonly TensorMapOptions s_options = new() { Swizzle = TensorMapSwizzle.Bytes128 };

    private WgmmaMaps(TensorMap a, TensorMap b) => (A, B) = (a, b);

    public TensorMap A { get; }

    public TensorMap B { get; }

    /// <summary>Makes the maps of both operands; false where a tensor map does not take one of them.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> a, MatrixOperand left, DeviceTensor<T> b, MatrixOperand right, in MatrixBatch batch, out WgmmaMaps maps) where T : unmanaged
    {
        var (atA, atB) = (a.At(batch.AtA, writes: false), b.At(batch.AtB, writes: false));
        var (countA, countB) = (batch.StepA == 0 ? 1 : batch.Count, batch.StepB == 0 ? 1 : batch.Count);
        if (!Fits(left, atA, countA, batch.StepA) || !Fits(right, atB, countB, batch.StepB))
        {
            maps = default;
            return false;
        }

        var map = CreateMap(a, left, atA, countA, batch.StepA, Rows, isDense: left.IsTransposed);
        try
        {
            maps = new WgmmaMaps(map, CreateMap(b, right, atB, countB, batch.StepB, Columns, isDense: !right.IsTransposed));
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

    /// <summary>Whether a tensor map takes the matrices: no empty ones, every row at a multiple of 16 bytes, coordinates of 32 bits.</summary>
    /// <param name="operand">One matrix.</param>
    /// <param name="at">Its first element.</param>
    /// <param name="batch">Matrices; at most 1 where all products share one.</param>
    /// <param name="step">Elements between the matrices.</param>
    private static bool Fits(MatrixOperand operand, KernelArgument at, long batch, long step)
    {
        var (rows, columns) = Stored(operand);
        return rows > 0 && columns > 0 && Math.Max(Math.Max(rows, columns), batch) <= MaxLength
            && at.Address % Alignment == 0 && Pitch(operand) * ElementBytes % Alignment == 0 && Pitch(operand) * ElementBytes * rows < MaxStride
            && (batch <= 1 || (step > 0 && step * ElementBytes % Alignment == 0 && step * ElementBytes < MaxStride));
    }

    /// <summary>The tensor map of an operand's matrices. The swizzle is 64 elements wide: the tile is one box of <paramref name="extent"/> rows, or where neighbours along it stand side by side boxes of 64 by 64.</summary>
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
        var pitch = Pitch(operand) * ElementBytes;
        var memory = tensor.Block;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), tensor);
        return TensorMap.Tiled(
            (CudaDevice)tensor.Device,
            at.Address,
            memory,
            ElementType<T>.Kind == ElementKind.BFloat16 ? TensorMapElement.BFloat16 : TensorMapElement.Float16,
            [(nint)Math.Max(batch, 1), rows, columns],
            [batch <= 1 ? pitch * rows : (nint)(step * ElementBytes), pitch],
            isDense ? [1, Depth, 64] : [1, extent, Depth],
            s_options);
    }

    private static (nint Rows, nint Columns) Stored(MatrixOperand operand) => operand.IsTransposed ? (operand.Columns, operand.Rows) : (operand.Rows, operand.Columns);

    // Of one row the leading dimension says nothing.
    private static nint Pitch(MatrixOperand operand)
    {
        var (rows, columns) = Stored(operand);
        return rows > 1 ? operand.LeadingDimension : (columns + (Alignment / ElementBytes) - 1) / (Alignment / ElementBytes) * (Alignment / ElementBytes);
    }
}
