namespace CudaKernels;

/// <summary>The implicit matrix product that a pass of a convolution by wgmma is (kernels/common/wgmma_patches.cuh).</summary>
/// <param name="Rows">Results, pixels of the largest phase, or filters.</param>
/// <param name="Columns">Filters, channels, or the channels of all taps, of each a whole number of boxes.</param>
/// <param name="Phases">Products of that size: the phases of the stride.</param>
/// <param name="Stages">The stages of the sum, of several phases on average.</param>
/// <param name="IsCut">Whether the sum may be cut into parts.</param>
internal readonly record struct WgmmaConvolution(long Rows, long Columns, long Phases, long Stages, bool IsCut)
{
    /// <summary>Channels, filters or pixels of a stage, and channels of a box of columns: kTapChannels in kernels/common/wgmma_patches.cuh.</summary>
    public const int StageLength = 64;

    /// <summary>The algorithms by wgmma; of equally fast ones the first is taken.</summary>
    private static readonly Conv2dAlgorithm[] s_all = [Conv2dAlgorithm.Wgmma, Conv2dAlgorithm.WgmmaCluster, Conv2dAlgorithm.WgmmaNarrow, Conv2dAlgorithm.WgmmaSlim];

    private static readonly WgmmaShape[] s_tiles = [.. s_all.Select(algorithm => TileOf(algorithm)!.Value)];

    /// <summary>The product of a pass of a convolution in one group.</summary>
    public static WgmmaConvolution Of(in ConvolutionShape shape, ConvolutionPass pass)
    {
        var taps = (long)shape.FilterHeight * shape.FilterWidth;
        return pass switch
        {
            ConvolutionPass.Forward => new(shape.OutPixels, shape.Filters, 1, taps * StagesOf(shape.Channels), IsCut: false),
            ConvolutionPass.InputGradient => new(shape.PhasePixels, shape.Channels, shape.PhasesWithPixels, ((taps * StagesOf(shape.Filters)) + shape.PhasesWithPixels - 1) / shape.PhasesWithPixels, IsCut: false),
            _ => new(shape.Filters, taps * StagesOf(shape.Channels) * StageLength, 1, StagesOf(shape.OutPixels), IsCut: true),
        };
    }

    /// <summary>The tile of an algorithm; null for one that is not by wgmma.</summary>
    public static WgmmaShape? TileOf(Conv2dAlgorithm algorithm) => algorithm switch
    {
        Conv2dAlgorithm.Wgmma => WgmmaShape.Of(MatMulAlgorithm.Wgmma),
        Conv2dAlgorithm.WgmmaCluster => WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster),
        Conv2dAlgorithm.WgmmaNarrow => WgmmaShape.Of(MatMulAlgorithm.WgmmaNarrow),
        Conv2dAlgorithm.WgmmaSlim => new(WgmmaTile.MaxColumns / 4, 1),
        _ => null,
    };

    /// <summary>The kernels <c>NAME_wgmma</c> of a convolution, one to each algorithm; those of other tiles are not compiled with one.</summary>
    public static IReadOnlyDictionary<Conv2dAlgorithm, KernelTemplate> Kernels(string name) => s_all.ToDictionary(
        algorithm => algorithm,
        algorithm => new KernelFile($"convolution/{name}_wgmma.cu").Template($"{name}_wgmma<{{0}}, {TileOf(algorithm)!.Value.Columns}, {TileOf(algorithm)!.Value.Blocks}>", ConvolutionChoice.TensorCoreKinds));

    /// <summary>The algorithm by wgmma that is estimated to be the fastest; of equal ones the first.</summary>
    public Conv2dAlgorithm Fastest(int multiprocessors) => s_all[WgmmaCost.Fastest(s_tiles, Rows, Columns, Phases, Stages, multiprocessors, IsCut)];

    /// <summary>How blocks walk over the tiles of all phases and parts, with so much shared memory for stores that go through it.</summary>
    public LaunchConfig Launch(WgmmaShape tile, long parts, int multiprocessors, int storeBytes = 0) => ProductLaunch.Wgmma(tile, Rows, Columns, Phases * parts, multiprocessors, storeBytes);

    private static long StagesOf(long length) => (length + StageLength - 1) / StageLength;
}
