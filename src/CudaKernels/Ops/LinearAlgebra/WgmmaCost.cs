namespace CudaKernels;

/// <summary>
/// Which tile suits a product by wgmma where nothing was measured: an estimate of its clock cycles from what a multiprocessor of compute capability 9.0 can do at most. A stage takes as long as
/// the tensor cores need for its products or the L2 cache for its bytes, whichever is longer; the multiprocessors take the tiles in turns, of which the last may leave most of them idle.
/// </summary>
internal static class WgmmaCost
{
    /// <summary>Cycles of the tensor cores for a column of a tile in a stage: an instruction of 64 rows, 256 columns and 32 bytes of k takes 128, a stage has four for each 64 rows.</summary>
    private const int ColumnCycles = 4;

    /// <summary>Bytes that a multiprocessor gets from the L2 cache in a cycle while all of them read.</summary>
    private const int CacheBytes = 46;

    /// <summary>Cycles until the first stage of a tile has come.</summary>
    private const int StartCycles = 1000;

    /// <summary>Cycles for a column of a tile from its last product until the next tile, mostly for the stores.</summary>
    private const int StoreCycles = 6;

    /// <summary>What the launch that adds the sums of parts takes beside reading them.</summary>
    private const int CombineCycles = 4000;

    private static readonly MatMulAlgorithm[] s_all = [MatMulAlgorithm.Wgmma, MatMulAlgorithm.WgmmaCluster, MatMulAlgorithm.WgmmaNarrow];

    /// <summary>The algorithm by wgmma that is estimated to be the fastest; of equal ones the first.</summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="batch">Matrices.</param>
    /// <param name="stages">The stages of k.</param>
    /// <param name="multiprocessors">The device's multiprocessors.</param>
    public static MatMulAlgorithm Fastest(long rows, long columns, long batch, long stages, int multiprocessors)
    {
        var (fastest, least) = (MatMulAlgorithm.Wgmma, double.PositiveInfinity);
        foreach (var algorithm in s_all)
        {
            var cycles = Cycles(WgmmaShape.Of(algorithm)!.Value, rows, columns, batch, stages, multiprocessors);
            if (Suits(algorithm, rows) && cycles < least)
            {
                (fastest, least) = (algorithm, cycles);
            }
        }

        return fastest;
    }

    /// <summary>Whether all blocks of a cluster have something to do in a product of so many rows.</summary>
    public static bool Suits(MatMulAlgorithm algorithm, long rows) => algorithm != MatMulAlgorithm.WgmmaCluster || rows > WgmmaTile.Rows;

    /// <summary>The estimated cycles of a product by tiles of a shape.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="batch">Matrices.</param>
    /// <param name="stages">The stages of k.</param>
    /// <param name="multiprocessors">The device's multiprocessors.</param>
    /// <param name="isCut">Whether k is cut into parts where tiles are too few.</param>
    public static double Cycles(WgmmaShape shape, long rows, long columns, long batch, long stages, int multiprocessors, bool isCut = true)
    {
        var (parts, partStages) = isCut ? ProductLaunch.WgmmaParts(shape, rows, columns, batch, stages, multiprocessors) : (1, stages);
        var (items, atATime) = (shape.Clusters(rows, columns, batch) * parts, shape.AtATime(multiprocessors));
        var read = (double)(WgmmaTile.Rows + shape.Share) * WgmmaTile.RowBytes / CacheBytes;
        var stage = Math.Max(ColumnCycles * shape.Columns, read);
        var tile = StartCycles + (StoreCycles * shape.Columns) + (partStages * stage);
        var combine = parts == 1 ? 0 : CombineCycles + ((double)rows * columns * batch * parts * sizeof(float) / (CacheBytes * multiprocessors));
        return ((items + atATime - 1) / atATime * tile) + combine;
    }
}
