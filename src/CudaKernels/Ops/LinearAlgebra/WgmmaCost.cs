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

    /// <summary>What the launch that adds the sums of parts takes beside them.</summary>
    private const int CombineCycles = 4000;

    /// <summary>Bytes of sums that a multiprocessor writes, and another reads again, in a cycle: as measured on an H200, where eight parts of 128 x 4096 sums took 7 us longer than four.</summary>
    private const int SumBytes = 16;

    private static readonly WgmmaShape[] s_shapes = [.. WgmmaShape.Algorithms.Select(algorithm => WgmmaShape.Of(algorithm)!.Value)];

    /// <summary>The algorithm by wgmma that is estimated to be the fastest; of equal ones the first.</summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="batch">Matrices.</param>
    /// <param name="stages">The stages of k.</param>
    /// <param name="multiprocessors">The device's multiprocessors.</param>
    /// <param name="cutsDepth">Whether k is cut into parts where that fills the multiprocessors (<see cref="ProductLaunch.WgmmaParts"/>).</param>
    public static MatMulAlgorithm Fastest(long rows, long columns, long batch, long stages, int multiprocessors, bool cutsDepth) =>
        WgmmaShape.Algorithms[Fastest(s_shapes, rows, columns, batch, stages, multiprocessors, cutsDepth)];

    /// <summary>Which of some tiles is estimated to be the fastest; of equal ones the first.</summary>
    public static int Fastest(ReadOnlySpan<WgmmaShape> shapes, long rows, long columns, long batch, long stages, int multiprocessors, bool cutsDepth)
    {
        var (fastest, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < shapes.Length; i++)
        {
            var cycles = Cycles(shapes[i], rows, columns, batch, stages, multiprocessors, cutsDepth);
            if (shapes[i].Suits(rows) && cycles < least)
            {
                (fastest, least) = (i, cycles);
            }
        }

        return fastest;
    }

    /// <summary>The estimated cycles of a product by tiles of a shape.</summary>
    /// <param name="shape">The tile.</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="batch">Matrices.</param>
    /// <param name="stages">The stages of k.</param>
    /// <param name="multiprocessors">The device's multiprocessors.</param>
    /// <param name="cutsDepth">Whether k is cut into parts where that fills the multiprocessors (<see cref="ProductLaunch.WgmmaParts"/>).</param>
    public static double Cycles(WgmmaShape shape, long rows, long columns, long batch, long stages, int multiprocessors, bool cutsDepth)
    {
        var (parts, partStages) = cutsDepth ? ProductLaunch.WgmmaParts(shape, rows, columns, batch, stages, multiprocessors) : (1, stages);
        var (items, atATime) = (shape.Clusters(rows, columns, batch) * parts, shape.AtATime(multiprocessors));
        var read = (double)(WgmmaTile.Rows + shape.Share) * WgmmaTile.RowBytes / CacheBytes;
        var stage = Math.Max(ColumnCycles * shape.Columns, read);
        var (turns, products, store) = ((items + atATime - 1) / atATime, partStages * stage, StoreCycles * shape.Columns);
        // Of two tiles that warpgroups make in turn one is multiplied while the other one is stored, by one warpgroup, which takes it twice as long as two.
        var inTurn = StartCycles + Math.Max((turns * products) + (2 * store), (turns + 1) / 2 * (products + (2 * store)));
        var tiles = shape.IsPingpong ? inTurn : turns * (StartCycles + store + products);
        var combine = parts == 1 ? 0 : CombineCycles + (2.0 * rows * columns * batch * parts * sizeof(float) / (SumBytes * multiprocessors));
        return tiles + combine;
    }
}
