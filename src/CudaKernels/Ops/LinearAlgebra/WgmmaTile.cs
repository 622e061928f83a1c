namespace CudaKernels;

/// <summary>The tile of a block of common/wgmma_product.cuh.</summary>
internal static class WgmmaTile
{
    public const int Rows = 128;
    public const int MaxColumns = 256;

    /// <summary>Rows or columns of an operand that are brought as a whole: a box of kernels/common/wgmma_tile.cuh where it is MN-major, and the height of eight swizzles else.</summary>
    public const int BoxLength = 64;

    /// <summary>Bytes of k in a stage: kWgmmaRowBytes in common/wgmma_tile.cuh.</summary>
    public const int RowBytes = 128;

    /// <summary>Shared memory for the stages of a ring, as many as go into it: kWgmmaStages in common/wgmma_tile.cuh.</summary>
    private const int RingBytes = 196_608;

    private const int BarrierBytes = 16;

    /// <summary>Rows and columns of a box of a result: kStoreColumns in common/tensor_store.cuh.</summary>
    public const int StoreLength = 64;

    /// <summary>Shared memory for results that leave through it, those of 16 bits: kWgmmaStoreBytes in common/tensor_store.cuh.</summary>
    public static int StoreBytes<T>() where T : unmanaged => ElementType<T>.Size == 2 ? 32_768 : 0;

    /// <summary>The usual columns: kWgmmaColumns in common/wgmma_math.cuh. 8-bit floats have two sets of sums.</summary>
    public static int Columns<T>() where T : unmanaged => ElementTypes.Float8.Contains(ElementType<T>.Kind) ? MaxColumns / 2 : MaxColumns;

    /// <summary>Steps along k of a stage.</summary>
    public static int Depth<T>() where T : unmanaged => RowBytes / ElementType<T>.Size;

    /// <summary>Dynamic shared memory of the stages of a tile of A and one of B, of so many columns, and their mbarriers: kWgmmaSharedBytes in common/wgmma_tile.cuh.</summary>
    public static int SharedBytes(int columns)
    {
        var stage = (Rows + columns) * RowBytes;
        return RingBytes / stage * (stage + BarrierBytes);
    }
}
