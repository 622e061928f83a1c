namespace CudaKernels;

/// <summary>How the kernels of matrix products are launched: a block to each tile of each matrix, or as many as walk over all tiles.</summary>
internal static class ProductLaunch
{
    /// <summary>The grid's limit along y, where the matrices of a batch lie.</summary>
    public const long MaxBatchBlocks = 65_535;

    private const int SimtTile = 64;
    private const int MmaTile = 128;
    private const int Threads = 256;
    private const int WgmmaThreads = 384;

    /// <summary>Three stages of a tile of A and one of B, 128 rows of 128 bytes each: kMmaStages * kMmaStageBytes in common/mma_tile.cuh.</summary>
    private const int MmaSharedBytes = 98_304;

    /// <summary>Four stages of a 128x64 tile of A and a 64x256 tile of B, and their mbarriers: kWgmmaSharedBytes in common/wgmma_tile.cuh.</summary>
    private const int WgmmaSharedBytes = 196_672;

    /// <summary>For common/simt_product.cuh, whose blocks share a batch that is too long.</summary>
    public static LaunchConfig Simt(long rows, long columns, long batch) =>
        new(new Dim3(checked((uint)Tiles(rows, SimtTile, columns, SimtTile)), (uint)Math.Min(batch, MaxBatchBlocks)), new Dim3(Threads));

    /// <summary>For common/mma_product.cuh; <see cref="MaxBatchBlocks"/> matrices at most.</summary>
    public static LaunchConfig Mma(long rows, long columns, long batch = 1) =>
        new(new Dim3(checked((uint)Tiles(rows, MmaTile, columns, MmaTile)), checked((uint)batch)), new Dim3(Threads), MmaSharedBytes);

    /// <summary>For common/wgmma_product.cuh.</summary>
    public static LaunchConfig Wgmma(long rows, long columns, long batch, int multiprocessors) =>
        new(new Dim3((uint)Math.Min(Tiles(rows, WgmmaMaps.Rows, columns, WgmmaMaps.Columns) * batch, multiprocessors)), new Dim3(WgmmaThreads), WgmmaSharedBytes);

    private static long Tiles(long rows, int tileRows, long columns, int tileColumns) => (rows + tileRows - 1) / tileRows * ((columns + tileColumns - 1) / tileColumns);
}
