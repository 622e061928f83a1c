namespace CudaKernels;

/// <summary>The kernels of the attention over pages on tensor cores (kernels/attention/flash_paged_attention.cu), which take what the plain ones take.</summary>
internal static class FlashPagedAttention
{
    private const int WarpRows = 16;
    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelFile s_file = new("attention/flash_paged_attention.cu");
    private static readonly KernelTemplate s_few64 = s_file.Template("flash_paged_attention<{0}, 64, 1>", s_kinds);
    private static readonly KernelTemplate s_few128 = s_file.Template("flash_paged_attention<{0}, 128, 1>", s_kinds);
    private static readonly KernelTemplate s_few256 = s_file.Template("flash_paged_attention<{0}, 256, 1>", s_kinds);
    private static readonly KernelTemplate s_many64 = s_file.Template("flash_paged_attention<{0}, 64, 4>", s_kinds);
    private static readonly KernelTemplate s_many128 = s_file.Template("flash_paged_attention<{0}, 128, 4>", s_kinds);
    private static readonly KernelTemplate s_many256 = s_file.Template("flash_paged_attention<{0}, 256, 4>", s_kinds);

    /// <summary>
    /// Up to 16 rows that share a head of keys the warps of a block share out the keys of a tile, 16 to each; else they share out 64 rows. Beside the rows,
    /// shared memory holds two tiles each of keys and values.
    /// </summary>
    public static PagedAttentionKernel Kernel(in AttentionShape shape)
    {
        var (width, isFew) = ((int)shape.HeadDim, shape.Group * shape.Queries <= WarpRows);
        var tile = width <= 128 ? 64 : 32;
        var (rows, warps) = isFew ? (WarpRows, tile / 16) : (4 * WarpRows, 4);
        return new PagedAttentionKernel(Template(width, isFew), rows, 32 * warps, (rows + (4 * tile)) * width * sizeof(ushort));
    }

    private static KernelTemplate Template(int width, bool isFew) => (width, isFew) switch
    {
        (64, true) => s_few64,
        (128, true) => s_few128,
        (_, true) => s_few256,
        (64, false) => s_many64,
        (128, false) => s_many128,
        _ => s_many256,
    };
}
