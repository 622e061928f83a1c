namespace CudaKernels;

/// <summary>The tensor maps of an attention by wgmma: [heads, columns, rows, 128 bytes] each, of rows of 64 bytes [heads, 1, rows, 64], whose boxes are whole tiles of a head (kernels/common/flash_wgmma.cuh).</summary>
internal readonly ref struct FlashMaps : IDisposable
{
    private static readonly TensorMapOptions s_options = new() { Swizzle = TensorMapSwizzle.Bytes128 };
    private static readonly TensorMapOptions s_narrowOptions = new() { Swizzle = TensorMapSwizzle.Bytes64 };

    private FlashMaps(TensorMap queries, TensorMap keys, TensorMap values) => (Queries, Keys, Values) = (queries, keys, values);

    public TensorMap Queries { get; }

    public TensorMap Keys { get; }

    public TensorMap Values { get; }

    /// <summary>Makes the maps of dense tensors that <see cref="AttentionChoice"/> has found to have some.</summary>
    public static FlashMaps Create<T>(DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, in AttentionShape shape) where T : unmanaged
    {
        var q = OfQueries(queries, shape, FlashWgmma.Queries<T>(shape));
        TensorMap? k = null;
        try
        {
            k = OfKeys(keys, shape, FlashWgmma.Keys<T>(shape));
            return new FlashMaps(q, k, OfKeys(values, shape, FlashWgmma.Keys<T>(shape)));
        }
        catch
        {
            q.Dispose();
            k?.Dispose();
            throw;
        }
    }

    /// <summary>The map of a dense tensor of the queries' shape, whose boxes hold so many rows of a head.</summary>
    public static TensorMap OfQueries<T>(DeviceTensor<T> tensor, in AttentionShape shape, int tileRows) where T : unmanaged =>
        Map(tensor, shape.PackedHeads != 0 ? (shape.PackedHeads, shape.AllQueries) : (shape.Heads, shape.Queries), shape.PackedHeads != 0, (int)shape.HeadDim, tileRows);

    /// <summary>The map of a dense tensor of the keys' shape, whose boxes hold so many rows of a head.</summary>
    public static TensorMap OfKeys<T>(DeviceTensor<T> tensor, in AttentionShape shape, int tileRows) where T : unmanaged =>
        Map(tensor, shape.PackedHeads != 0 ? (shape.PackedHeads / shape.Group, shape.AllKeys) : (shape.KeyHeads, shape.Keys), shape.PackedHeads != 0, (int)shape.HeadDim, tileRows);

    public void Dispose()
    {
        Queries.Dispose();
        Keys.Dispose();
        Values.Dispose();
    }

    // The rows of a head follow each other; of packed sequences the heads of a row do.
    private static TensorMap Map<T>(DeviceTensor<T> tensor, (long Heads, long Rows) lengths, bool isPacked, int width, int tileRows) where T : unmanaged
    {
        var rowBytes = (nint)width * ElementType<T>.Size;
        var boxBytes = Math.Min(rowBytes, 128);
        var (boxes, columns) = (rowBytes / boxBytes, boxBytes / ElementType<T>.Size);
        var (headStride, rowStride) = isPacked ? (rowBytes, rowBytes * (nint)lengths.Heads) : (rowBytes * (nint)lengths.Rows, rowBytes);
        var memory = tensor.Block;
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), tensor);
        return TensorMap.Tiled(
            (CudaDevice)tensor.Device,
            tensor.Input.Address,
            memory,
            TensorMapElements.Of(ElementType<T>.Kind),
            [(nint)lengths.Heads, boxes, (nint)lengths.Rows, columns],
            [headStride, boxBytes, rowStride],
            [1, (int)boxes, tileRows, (int)columns],
            boxBytes == 128 ? s_options : s_narrowOptions);
    }
}
