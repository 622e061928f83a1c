namespace CudaKernels;

/// <summary>The kernels <c>NAME_gemm</c> and <c>NAME_direct</c> of a convolution, and the choice between them.</summary>
internal sealed class ConvolutionKernels(KernelFile file, string name)
{
    /// <summary>Rows and columns of the product that one block makes.</summary>
    private const int Tile = 64;

    /// <summary>Below this many rows more than three quarters of a tile would be empty.</summary>
    private const int FewRows = 16;

    private readonly KernelTemplate _gemm = file.Template($"{name}_gemm<{{0}}>", ElementTypes.Floating);
    private readonly KernelTemplate _direct = file.Template($"{name}_direct<{{0}}>", ElementTypes.Floating);

    public KernelTemplate Get(bool direct) => direct ? _direct : _gemm;

    /// <summary>Whether the direct kernel runs.</summary>
    /// <param name="algorithm">What was asked for.</param>
    /// <param name="rows">The rows of the implicit product: filters, or channels, of a group.</param>
    /// <exception cref="ArgumentOutOfRangeException">The algorithm is none.</exception>
    public static bool IsDirect(Conv2dAlgorithm algorithm, int rows) => algorithm switch
    {
        Conv2dAlgorithm.Auto => rows < FewRows,
        Conv2dAlgorithm.ImplicitGemm => false,
        Conv2dAlgorithm.Direct => true,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
    };

    /// <summary>Tiles of a product along x, groups along y, parts of the sum along z.</summary>
    public static LaunchConfig Tiles(long rows, long columns, int groups, long parts = 1)
    {
        var tiles = checked((uint)((rows + Tile - 1) / Tile * ((columns + Tile - 1) / Tile)));
        return new LaunchConfig(new Dim3(tiles, (uint)Math.Min(groups, 65_535), (uint)parts), new Dim3(256));
    }
}
