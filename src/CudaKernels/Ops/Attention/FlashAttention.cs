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
    private static readonly KernelFile s_gradientFile = new("attention/flash_attention_gradient.cu");
    private static readonly KernelTemplate s_queries64 = s_gradientFile.Template("flash_gradient_queries<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_queries128 = s_gradientFile.Template("flash_gradient_queries<{0}, 128>", s_kinds);
    private static readonly KernelTemplate s_keys64 = s_gradientFile.Template("flash_gradient_keys<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_keys128 = s_gradientFile.Template("flash_gradient_keys<{0}, 128>", s_kinds);

    /// <summary>The kernel of the attention.</summary>
    public static KernelTemplate Forward(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_forward64,
        128 => s_forward128,
        _ => s_forward256,
    };

    /// <summary>A block for 64 queries of a head; beside them, shared memory holds two tiles each of keys and values.</summary>
    public static LaunchConfig ForwardLaunch(in AttentionShape shape) =>
        Launch(shape.Heads, shape.Queries, (BlockRows + (4 * (shape.HeadDim <= 128 ? 64 : 32))) * (int)shape.HeadDim * sizeof(ushort));

    /// <summary>The kernel of the queries' gradients, which takes what the plain one takes.</summary>
    public static KernelTemplate QueryGradient(in AttentionShape shape) => shape.HeadDim == 64 ? s_queries64 : s_queries128;

    /// <summary>The kernel of the gradients to keys and values, which takes what the plain one takes.</summary>
    public static KernelTemplate KeyGradient(in AttentionShape shape) => shape.HeadDim == 64 ? s_keys64 : s_keys128;

    /// <summary>A block for 64 rows of a head; beside them and their gradients or values, shared memory holds two tiles each of the other side, with two numbers for each row.</summary>
    public static LaunchConfig GradientLaunch(in AttentionShape shape, long heads, long rows)
    {
        var tileRows = shape.HeadDim == 64 ? 64 : 32;
        return Launch(heads, rows, (((2 * BlockRows) + (4 * tileRows)) * (int)shape.HeadDim * sizeof(ushort)) + (4 * tileRows * sizeof(float)));
    }

    private static LaunchConfig Launch(long heads, long rows, int sharedBytes) =>
        LaunchConfig.Cover(heads * ((rows + BlockRows - 1) / BlockRows) * 32 * Warps, blockSize: 32 * Warps) with { SharedBytes = sharedBytes };
}
