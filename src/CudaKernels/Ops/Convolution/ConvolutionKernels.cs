namespace CudaKernels;

/// <summary>The kernels <c>NAME_gemm</c> and <c>NAME_direct</c> of a convolution, and those on tensor cores where there are some.</summary>
internal sealed class ConvolutionKernels(KernelFile file, string name, KernelTemplate? tensorCores = null, IReadOnlyDictionary<Conv2dAlgorithm, KernelTemplate>? wgmma = null)
{
    /// <summary>Rows and columns of the product that one block makes.</summary>
    private const int Tile = 64;

    private readonly KernelTemplate _gemm = file.Template($"{name}_gemm<{{0}}>", ElementTypes.Floating);
    private readonly KernelTemplate _direct = file.Template($"{name}_direct<{{0}}>", ElementTypes.Floating);

    public KernelTemplate Get(Conv2dAlgorithm algorithm) => algorithm switch
    {
        Conv2dAlgorithm.Direct => _direct,
        Conv2dAlgorithm.TensorCores => tensorCores!,
        _ when wgmma is not null && wgmma.TryGetValue(algorithm, out var kernel) => kernel,
        _ => _gemm,
    };

    /// <summary>Tiles of a product along x, groups along y, parts of the sum along z.</summary>
    public static LaunchConfig Tiles(long rows, long columns, int groups, long parts = 1)
    {
        var tiles = checked((uint)((rows + Tile - 1) / Tile * ((columns + Tile - 1) / Tile)));
        return new LaunchConfig(new Dim3(tiles, (uint)Math.Min(groups, 65_535), (uint)parts), new Dim3(256));
    }
}
