namespace CudaKernels;

/// <summary>What the tiles of an operand of a product by wgmma are brought from (kernels/common/wgmma_product.cuh).</summary>
internal interface IWgmmaSource
{
    /// <summary>Makes the tensor map of the operand.</summary>
    TensorMap CreateMap(CudaDevice device);
}

/// <summary>The tensor maps of the operands of a product by wgmma, or of A and both weights of a gated one.</summary>
internal readonly ref struct WgmmaMaps : IDisposable
{
    private WgmmaMaps(TensorMap a, TensorMap b, TensorMap? up = null) => (A, B, Up) = (a, b, up);

    public TensorMap A { get; }

    public TensorMap B { get; }

    public TensorMap? Up { get; }

    /// <summary>Makes the maps of operands that wgmma and tensor maps take.</summary>
    public static WgmmaMaps Create<TA, TB>(CudaDevice device, TA a, TB b)
        where TA : struct, IWgmmaSource
        where TB : struct, IWgmmaSource
    {
        var map = a.CreateMap(device);
        try
        {
            return new WgmmaMaps(map, b.CreateMap(device));
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the maps of the matrices of a batch as they lie in tensors, floats to be rounded to TF32 as they are read; false where wgmma or a tensor map does not take one of them. Of a gated
    /// product <paramref name="up"/> holds the other weights, which lie as those of B do.
    /// </summary>
    public static bool TryCreate<T>(
        WgmmaShape shape, DeviceTensor<T> a, MatrixOperand left, DeviceTensor<T> b, MatrixOperand right, in MatrixBatch batch, out WgmmaMaps maps, DeviceTensor<T>? up = null) where T : unmanaged => TryCreate<T>(
        shape,
        (CudaDevice)a.Device,
        WgmmaOperand.Of(a.At(batch.AtA, writes: false), left, batch.Count, batch.StepA),
        WgmmaOperand.Of(b.At(batch.AtB, writes: false), right, batch.Count, batch.StepB),
        typeof(T) == typeof(float) ? TensorMapElement.TFloat32 : TensorMapElements.Of(ElementType<T>.Kind),
        out maps,
        up is null ? null : WgmmaOperand.Of(up.At(batch.AtB, writes: false), right, batch.Count, batch.StepB));

    /// <summary>Makes the maps of matrices; false where wgmma or a tensor map does not take one of them.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="device">The device that holds them.</param>
    /// <param name="left">A; it gets <see cref="WgmmaTile.Rows"/> rows of a tile.</param>
    /// <param name="right">B; it gets the columns.</param>
    /// <param name="element">What the copy engine makes of the elements on their way.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="up">The other weights of a gated product; B and they get half of the columns each, which a block brings alone.</param>
    public static bool TryCreate<T>(WgmmaShape shape, CudaDevice device, WgmmaOperand left, WgmmaOperand right, TensorMapElement element, out WgmmaMaps maps, WgmmaOperand? up = null) where T : unmanaged
    {
        var (isMnMajor, share) = (!right.Matrix.IsTransposed, up is null ? shape.Share : shape.Columns / 2);
        var a = new WgmmaMatrices<T>(left, element, left.Matrix.IsTransposed, WgmmaTile.Rows);
        var b = new WgmmaMatrices<T>(right, element, isMnMajor, share);
        var other = new WgmmaMatrices<T>(up ?? right, element, isMnMajor, share);
        var isTaken = a.IsTaken && b.IsTaken && other.IsTaken;
        maps = !isTaken ? default : up is null ? Create(device, a, b) : Create(device, a, b).With(other, device);
        return isTaken;
    }

    /// <summary>Makes the map by which matrices of results leave a kernel in boxes (kernels/common/tensor_store.cuh); null where they are not of 16 bits or a tensor map does not take them.</summary>
    public static TensorMap? TryCreateResult<T>(DeviceTensor<T> c, MatrixOperand matrix, in MatrixBatch batch) where T : unmanaged
    {
        var result = new WgmmaMatrices<T>(WgmmaOperand.Of(c.At(batch.AtC, writes: true), matrix, batch.Count, batch.StepC), TensorMapElements.Of(ElementType<T>.Kind), isMnMajor: false, WgmmaTile.StoreLength);
        return ElementType<T>.Size == 2 && result.IsTaken ? result.CreateMap((CudaDevice)c.Device) : null;
    }

    /// <summary>The same of one dense matrix.</summary>
    public static TensorMap? TryCreateResult<T>(DeviceTensor<T> c, nint rows, nint columns) where T : unmanaged =>
        TryCreateResult(c, new MatrixOperand(rows, columns, false, columns), new MatrixBatch(1, 0, 0, 0, 0, 0, 0));

    /// <summary>A lease on the memory behind an operand, which its map takes over.</summary>
    public static MemoryBlock Lease(KernelArgument operand)
    {
        var memory = operand.Block!;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), memory);
        return memory;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        Up?.Dispose();
    }

    private WgmmaMaps With<TUp>(TUp up, CudaDevice device) where TUp : struct, IWgmmaSource
    {
        try
        {
            return new WgmmaMaps(A, B, up.CreateMap(device));
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}
