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
        var (packed, keyHeads) = (shape.PackedHeads != 0, shape.PackedHeads / shape.Group);
        var (ofQueries, ofKeys) = packed ? ((shape.PackedHeads, shape.AllQueries), (keyHeads, shape.AllKeys)) : ((shape.Heads, shape.Queries), (shape.KeyHeads, shape.Keys));
        var q = Map(queries, ofQueries, packed, (int)shape.HeadDim, FlashWgmma.Queries<T>(shape));
        TensorMap? k = null;
        try
        {
            k = Map(keys, ofKeys, packed, (int)shape.HeadDim, FlashWgmma.Keys<T>(shape));
            return new FlashMaps(q, k, Map(values, ofKeys, packed, (int)shape.HeadDim, FlashWgmma.Keys<T>(shape)));
        }
        catch
        {
            q.Dispose();
            k?.Dispose();
            throw;
        }
    }

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
