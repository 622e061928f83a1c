namespace CudaKernels;

/// <summary>How the kernels of matrix products are launched: a block to each tile of each matrix, or as many as walk over all tiles.</summary>
internal static class ProductLaunch
{
    /// <summary>The grid's limit along y, where the matrices of a batch lie.</summary>
    public const long MaxBatchBlocks = 65_535;

    /// <summary>Rows and columns of a tile: kTile in common/tile_product.cuh.</summary>
    public const int SimtTile = 64;

    /// <summary>Columns of a warp's part of a tile: kWarpColumns in common/mma_tile.cuh.</summary>
    public const int MmaPiece = 32;

    /// <summary>Rows of a tile: kRows in common/staged_product.cuh.</summary>
    private const int StagedRows = 128;

    /// <summary>Bytes of a row of a tile: kColumns in common/staged_product.cuh.</summary>
    private const int StagedRowBytes = 512;

    /// <summary>Bytes of a row of a warp's part of it: kWarpColumns in common/staged_product.cuh.</summary>
    private const int StagedPieceBytes = 256;

    private const int StagedThreads = 128;
    private const int MmaTile = 128;
    private const int Threads = 256;
    private const int WarpLanes = 32;
    private const int WgmmaThreads = 384;

    /// <summary>Rows and columns of a fragment of the sums of parts: kPartRows and kPartColumns in common/part_sums.cuh.</summary>
    private const int PartRows = 16;

    private const int PartColumns = 8;

    /// <summary>Fragments that a warp of matmul_combine adds: kFour in linear_algebra/matmul_split.cu.</summary>
    private const int CombinedFragments = 4;

    /// <summary>Fewer stages than these do not hide that the first ones must be waited for.</summary>
    private const int LeastPartStages = 4;

    /// <summary>Three stages of a tile of A and one of B, 128 rows of 128 bytes each: kMmaStages * kMmaStageBytes in common/mma_tile.cuh.</summary>
    private const int MmaSharedBytes = 98_304;

    /// <summary>For common/simt_product.cuh, whose blocks share a batch that is too long.</summary>
    public static LaunchConfig Simt(long rows, long columns, long batch) =>
        new(new Dim3(checked((uint)Tiles(rows, SimtTile, columns, SimtTile)), (uint)Math.Min(batch, MaxBatchBlocks)), new Dim3(Threads));

    /// <summary>For common/staged_product.cuh; <see cref="MaxBatchBlocks"/> matrices at most.</summary>
    public static LaunchConfig Staged(long rows, long columns, long batch, int elementSize) =>
        new(new Dim3(checked((uint)Tiles(rows, StagedRows, columns, StagedRowBytes / elementSize)), checked((uint)batch)), new Dim3(StagedThreads));

    /// <summary>Columns of a warp's part of a tile of <see cref="Staged"/>.</summary>
    public static int StagedPiece(int elementSize) => StagedPieceBytes / elementSize;

    /// <summary>For common/mma_product.cuh; <see cref="MaxBatchBlocks"/> matrices at most.</summary>
    public static LaunchConfig Mma(long rows, long columns, long batch = 1, long parts = 1) =>
        new(new Dim3(checked((uint)Tiles(rows, MmaTile, columns, MmaTile)), checked((uint)batch), checked((uint)parts)), new Dim3(Threads), MmaSharedBytes);

    /// <summary>Sums of a part of a matrix, in whole fragments.</summary>
    public static long PartSums(long rows, long columns) => Tiles(rows, PartRows, columns, PartColumns) * PartRows * PartColumns;

    /// <summary>For the kernel that adds the sums of parts.</summary>
    public static LaunchConfig Combine(long rows, long columns, long batch, long parts) =>
        LaunchConfig.Cover(Tiles(rows, PartRows, columns, PartColumns * CombinedFragments) * batch * CombineSharers(parts) * WarpLanes, Threads);

    /// <summary>Warps that share the results of one in the kernel that adds the sums of parts: a whole block's where each has a part, and so results are few.</summary>
    public static int CombineSharers(long parts) => parts >= Threads / WarpLanes ? Threads / WarpLanes : 1;

    /// <summary>For 64x64 tiles of groups of rows (common/group_tile.cuh).</summary>
    public static LaunchConfig SimtGroups(long rows, long columns, long groups) => new(new Dim3(GroupTiles(rows, SimtTile, columns, SimtTile, groups)), new Dim3(Threads));

    /// <summary>For the tiles of <see cref="Staged"/> of groups of rows (common/group_tile.cuh).</summary>
    public static LaunchConfig StagedGroups(long rows, long columns, long groups, int elementSize) =>
        new(new Dim3(GroupTiles(rows, StagedRows, columns, StagedRowBytes / elementSize, groups)), new Dim3(StagedThreads));

    /// <summary>For 128x128 tiles of groups of rows (common/group_tile.cuh).</summary>
    public static LaunchConfig MmaGroups(long rows, long columns, long groups) => new(new Dim3(GroupTiles(rows, MmaTile, columns, MmaTile, groups)), new Dim3(Threads), MmaSharedBytes);

    /// <summary>For common/wgmma_product.cuh, with so much shared memory for stores that go through it.</summary>
    public static LaunchConfig Wgmma(WgmmaShape shape, long rows, long columns, long batch, int multiprocessors, int storeBytes = 0)
    {
        var clusters = (uint)Math.Min(shape.Clusters(rows, columns, batch), shape.AtATime(multiprocessors));
        return new(new Dim3(clusters * (uint)shape.Blocks), new Dim3(WgmmaThreads), storeBytes + shape.SharedBytes, Cluster: shape.Blocks == 1 ? default : new Dim3((uint)shape.Blocks));
    }

    /// <summary>For common/wgmma_product.cuh of groups of rows (common/group_tile.cuh).</summary>
    public static LaunchConfig WgmmaGroups(WgmmaShape shape, long rows, long columns, long groups, int multiprocessors) => new(
        new Dim3((uint)Math.Min(((rows / WgmmaTile.Rows) + groups) * ((columns + shape.Columns - 1) / shape.Columns), multiprocessors)), new Dim3(WgmmaThreads), shape.SharedBytes);

    /// <summary>Into how many parts k is cut, and the stages of a part, by which the tiles of <see cref="Mma"/> fill the multiprocessors.</summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="batch">Matrices.</param>
    /// <param name="stages">The stages of k.</param>
    /// <param name="multiprocessors">What is to be filled.</param>
    public static (long Parts, long Stages) MmaParts(long rows, long columns, long batch, long stages, int multiprocessors) => PartsOf(Tiles(rows, MmaTile, columns, MmaTile) * batch, stages, multiprocessors);

    /// <summary>The same for the tiles of <see cref="Wgmma"/>.</summary>
    public static (long Parts, long Stages) WgmmaParts(WgmmaShape shape, long rows, long columns, long batch, long stages, int multiprocessors) =>
        PartsOf(shape.Clusters(rows, columns, batch), stages, shape.AtATime(multiprocessors));

    // Each part writes and reads sums, which is worth it where half of the multiprocessors and more would have nothing to do.
    private static (long Parts, long Stages) PartsOf(long tiles, long stages, int atATime)
    {
        var parts = Math.Max(Math.Min(atATime / tiles, stages / LeastPartStages), 1);
        var each = (stages + parts - 1) / parts;
        return parts == 1 ? (1, stages) : ((stages + each - 1) / each, each);
    }

    private static uint GroupTiles(long rows, int tileRows, long columns, int tileColumns, long groups) => checked((uint)(((rows / tileRows) + groups) * ((columns + tileColumns - 1) / tileColumns)));

    private static long Tiles(long rows, int tileRows, long columns, int tileColumns) => (rows + tileRows - 1) / tileRows * ((columns + tileColumns - 1) / tileColumns);
}
