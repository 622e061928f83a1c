namespace CudaKernels.Tests;

/// <summary>Which tile the estimate prefers, on a device of 132 multiprocessors, and how a launch covers the tiles.</summary>
public sealed class WgmmaCostTests
{
    private const int Multiprocessors = 132;

    [Theory]
    [InlineData(8192, 8192, 1, 128, MatMulAlgorithm.WgmmaCluster)]
    [InlineData(4096, 4096, 1, 64, MatMulAlgorithm.WgmmaCluster)]
    [InlineData(128, 8192, 64, 64, MatMulAlgorithm.Wgmma)]
    [InlineData(129, 8192, 66, 64, MatMulAlgorithm.WgmmaCluster)]
    [InlineData(64, 64, 1, 1, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(512, 2048, 1, 1, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(8192, 128, 1, 64, MatMulAlgorithm.WgmmaPingpong)]
    [InlineData(128, 128, 1, 64, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(8192, 8192, 1, 8, MatMulAlgorithm.WgmmaPingpong)]
    [InlineData(128, 8192, 64, 8, MatMulAlgorithm.Wgmma)]
    public void TheEstimatePrefers(long rows, long columns, long batch, long stages, MatMulAlgorithm expected) =>
        Assert.Equal(expected, WgmmaCost.Fastest(rows, columns, batch, stages, Multiprocessors, cutsDepth: true));

    // Few tiles fill the multiprocessors where k is cut; where it is not, narrow ones leave fewer of them idle. Of 128 rows and 4096 columns that was measured on an H200: eight parts of usual tiles
    // took 21 us, four of narrow ones 15.
    [Theory]
    [InlineData(128, 4096, 64, MatMulAlgorithm.WgmmaNarrow, MatMulAlgorithm.WgmmaNarrow)]
    [InlineData(256, 4096, 1024, MatMulAlgorithm.WgmmaCluster, MatMulAlgorithm.WgmmaPingpong)]
    [InlineData(384, 2048, 1024, MatMulAlgorithm.Wgmma, MatMulAlgorithm.WgmmaPingpong)]
    public void WithoutPartsOfDepthTheEstimatePrefersAnother(long rows, long columns, long stages, MatMulAlgorithm cut, MatMulAlgorithm whole)
    {
        Assert.Equal(cut, WgmmaCost.Fastest(rows, columns, 1, stages, Multiprocessors, cutsDepth: true));
        Assert.Equal(whole, WgmmaCost.Fastest(rows, columns, 1, stages, Multiprocessors, cutsDepth: false));
        var shape = WgmmaShape.Of(cut)!.Value;
        Assert.True(WgmmaCost.Cycles(shape, rows, columns, 1, stages, Multiprocessors, cutsDepth: true) < WgmmaCost.Cycles(shape, rows, columns, 1, stages, Multiprocessors, cutsDepth: false));
    }

    [Fact]
    public void MoreOfAnythingTakesLonger()
    {
        var shape = WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value;
        var cycles = WgmmaCost.Cycles(shape, 16_384, 8192, 1, 64, Multiprocessors, cutsDepth: true);
        Assert.True(cycles < WgmmaCost.Cycles(shape, 2 * 16_384, 8192, 1, 64, Multiprocessors, cutsDepth: true));
        Assert.True(cycles < WgmmaCost.Cycles(shape, 16_384, 2 * 8192, 1, 64, Multiprocessors, cutsDepth: true));
        Assert.True(cycles < WgmmaCost.Cycles(shape, 16_384, 8192, 2, 64, Multiprocessors, cutsDepth: true));
        Assert.True(cycles < WgmmaCost.Cycles(shape, 16_384, 8192, 1, 2 * 64, Multiprocessors, cutsDepth: true));
        Assert.True(cycles < WgmmaCost.Cycles(shape, 16_384, 8192, 1, 64, Multiprocessors / 2, cutsDepth: true));
    }

    // Rows and columns of whole tiles, and one more.
    [Theory]
    [InlineData(MatMulAlgorithm.Wgmma, 256, 256, 2, 1)]
    [InlineData(MatMulAlgorithm.Wgmma, 257, 257, 6, 1)]
    [InlineData(MatMulAlgorithm.WgmmaCluster, 256, 256, 2, 2)]
    [InlineData(MatMulAlgorithm.WgmmaCluster, 257, 256, 4, 2)]
    [InlineData(MatMulAlgorithm.WgmmaNarrow, 128, 129, 2, 1)]
    [InlineData(MatMulAlgorithm.WgmmaPingpong, 257, 129, 8, 2)]
    [InlineData(MatMulAlgorithm.WgmmaCluster, 1 << 20, 256, 132, 2)]
    public void ALaunchHasAsManyBlocksAsTilesOrMultiprocessors(MatMulAlgorithm algorithm, long rows, long columns, uint blocks, uint cluster)
    {
        var config = ProductLaunch.Wgmma(WgmmaShape.Of(algorithm)!.Value, rows, columns, 1, Multiprocessors);
        Assert.Equal(new Dim3(blocks), config.Grid);
        Assert.Equal(cluster == 1 ? default : new Dim3(cluster), config.Cluster);
        Assert.Equal(2u, ProductLaunch.Wgmma(WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value, 1 << 20, 256, 1, multiprocessors: 3).Grid.X);
    }

    // Half of the multiprocessors and more would have nothing to do.
    [Fact]
    public void ClustersLeaveLessRoomForParts()
    {
        Assert.Equal((8, 8), ProductLaunch.WgmmaParts(WgmmaShape.Of(MatMulAlgorithm.Wgmma)!.Value, 256, 2048, 1, 64, Multiprocessors));
        Assert.Equal((8, 8), ProductLaunch.WgmmaParts(WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value, 256, 2048, 1, 64, Multiprocessors));
        Assert.Equal((4, 16), ProductLaunch.WgmmaParts(WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value, 257, 2048, 1, 64, Multiprocessors));
        Assert.Equal((4, 16), ProductLaunch.WgmmaParts(WgmmaShape.Of(MatMulAlgorithm.WgmmaNarrow)!.Value, 256, 2048, 1, 64, Multiprocessors));
    }
}
