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

    /// <summary>Makes the maps of both operands; false where wgmma or a tensor map does not take one of them.</summary>
    /// <param name="device">The device that holds them.</param>
    /// <param name="left">A; it gets <see cref="WgmmaTile.Rows"/> rows of a tile.</param>
    /// <param name="right">B; it gets the columns.</param>
    /// <param name="element">What the copy engine makes of the elements on their way.</param>
    /// <param name="maps">The maps.</param>
    public static bool TryCreate<T>(CudaDevice device, WgmmaOperand left, WgmmaOperand right, TensorMapElement element, out WgmmaMaps maps) where T : unmanaged
    {
        var (denseRows, denseColumns) = (left.Matrix.IsTransposed, !right.Matrix.IsTransposed);
        if (!Fits<T>(left, denseRows) || !Fits<T>(right, denseColumns))
        {
            maps = default;
            return false;
        }

        var map = CreateMap<T>(device, left, element, WgmmaTile.Rows, denseRows);
        try
        {
            maps = new WgmmaMaps(map, CreateMap<T>(device, right, element, WgmmaTile.Columns<T>(), denseColumns));
            return true;
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>The maps of operands as they lie in tensors; floats are rounded to TF32 as they are read.</summary>
    public static bool TryCreate<T>(DeviceTensor<T> a, MatrixOperand left, DeviceTensor<T> b, MatrixOperand right, in MatrixBatch batch, out WgmmaMaps maps) where T : unmanaged => TryCreate<T>(
        (CudaDevice)a.Device,
        WgmmaOperand.Of(a.At(batch.AtA, writes: false), left, batch.Count, batch.StepA),
        WgmmaOperand.Of(b.At(batch.AtB, writes: false), right, batch.Count, batch.StepB),
        typeof(T) == typeof(float) ? TensorMapElement.TFloat32 : TensorMapElements.Of(ElementType<T>.Kind),
        out maps);

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    /// <summary>Whether wgmma and a tensor map take the matrices: neighbours along k side by side or 16-bit elements, no empty ones, every row at a multiple of 16 bytes, coordinates of 32 bits.</summary>
    /// <param name="operand">The matrices.</param>
    /// <param name="isDense">Whether the rows of A, or columns of B, stand side by side in memory.</param>
    private static bool Fits<T>(WgmmaOperand operand, bool isDense) where T : unmanaged
    {
        var (rows, columns) = operand.Stored;
        var (pitch, step, size) = (Pitch<T>(operand), operand.Step, ElementType<T>.Size);
        return (!isDense || size == 2) && rows > 0 && columns > 0 && Math.Max(Math.Max(rows, columns), operand.Count) <= MaxLength
            && operand.At.Address % Alignment == 0 && pitch * size % Alignment == 0 && pitch * size * rows < MaxStride
            && (operand.Count == 1 || (step > 0 && step * size % Alignment == 0 && step * size < MaxStride));
    }

    /// <summary>The tensor map of an operand's matrices. The swizzle is 128 bytes wide: the tile is one box of <paramref name="extent"/> rows, or where neighbours along it stand side by side boxes of 64 by 64.</summary>
    /// <param name="device">The device.</param>
    /// <param name="operand">The matrices.</param>
    /// <param name="element">What the copy engine makes of the elements on their way.</param>
    /// <param name="extent">The tile's rows of A, or columns of B.</param>
    /// <param name="isDense">Whether the rows of A, or columns of B, stand side by side in memory.</param>
    private static TensorMap CreateMap<T>(CudaDevice device, WgmmaOperand operand, TensorMapElement element, int extent, bool isDense) where T : unmanaged
    {
        var (rows, columns) = operand.Stored;
        var pitch = Pitch<T>(operand) * ElementType<T>.Size;
        var memory = operand.At.Block!;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), memory);
        return TensorMap.Tiled(
            device,
            operand.At.Address,
            memory,
            element,
            [(nint)operand.Count, rows, columns],
            [operand.Count == 1 ? pitch * rows : (nint)(operand.Step * ElementType<T>.Size), pitch],
            isDense ? [1, WgmmaTile.Depth<T>(), 64] : [1, extent, WgmmaTile.Depth<T>()],
            s_options);
    }

    // Of one row the leading dimension says nothing.
    private static nint Pitch<T>(WgmmaOperand operand) where T : unmanaged
    {
        var (rows, columns) = operand.Stored;
        var chunk = Alignment / ElementType<T>.Size;
        return rows > 1 ? operand.Matrix.LeadingDimension : (columns + chunk - 1) / chunk * chunk;
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
