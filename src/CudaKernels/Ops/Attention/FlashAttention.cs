namespace CudaKernels;

/// <summary>The attention on tensor cores by mma.sync and its gradients: their kernels and launches.</summary>
internal static class FlashAttention
{
    private const int Warps = 4;
    private const int BlockRows = 16 * Warps;
    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelFile s_file = new("attention/flash_attention.cu");
    private static readonly KernelTemplate s_forward64 = s_file.Template("flash_attention<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_forward128 = s_file.Template("flash_attention<{0}, 128>", s_kinds);
    private static readonly KernelTemplate s_forward256 = s_file.Template("flash_attention<{0}, 256>", s_kinds);
    private static readonly FlashGradientTemplates s_gradients = new(new KernelFile("attention/flash_attention_gradient.cu"), "flash_gradient");

    /// <summary>The kernel of the attention.</summary>
    public static KernelTemplate Forward(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_forward64,
        128 => s_forward128,
        _ => s_forward256,
    };

    /// <summary>A block for 128 queries of a head, or 64 of 256 columns; beside them, shared memory holds 64 keys and their values.</summary>
    public static LaunchConfig ForwardLaunch(in AttentionShape shape)
    {
        var rows = shape.HeadDim <= 128 ? 2 * BlockRows : BlockRows;
        return Launch(shape.Heads, shape.Queries, rows, (rows + (2 * 64)) * (int)shape.HeadDim * sizeof(ushort));
    }

    /// <summary>The kernel of one of <see cref="FlashGradientTemplates.All"/>.</summary>
    public static KernelTemplate Gradient(in AttentionShape shape, GradientOf of) => s_gradients[shape, of];

    /// <summary>
    /// A block for 64 rows of a head; beside them and, where slopes are made, their gradients or values, shared memory holds two tiles each of the other side, with
    /// two numbers for each row.
    /// </summary>
    public static LaunchConfig GradientLaunch(in AttentionShape shape, GradientOf of)
    {
        var (heads, rows) = of == GradientOf.Queries ? (shape.Heads, shape.Queries) : (shape.KeyHeads, shape.Keys);
        var tileRows = (shape.HeadDim, of) switch
        {
            (64, _) => 64,
            (256, not GradientOf.Values) => 16,
            _ => 32,
        };
        var ownRows = (of == GradientOf.Values ? 1 : 2) * BlockRows;
        return Launch(heads, rows, BlockRows, ((ownRows + (4 * tileRows)) * (int)shape.HeadDim * sizeof(ushort)) + (4 * tileRows * sizeof(float)));
    }

    private static LaunchConfig Launch(long heads, long rows, int blockRows, int sharedBytes) =>
        LaunchConfig.Cover(heads * ((rows + blockRows - 1) / blockRows) * 32 * Warps, blockSize: 32 * Warps) with { SharedBytes = sharedBytes };
}
