namespace CudaKernels;

/// <summary>The attention on tensor cores: where it exists, and its launch.</summary>
internal static class FlashAttention
{
    private const int Warps = 4;
    private const int Queries = 16 * Warps;
    private static readonly KernelFile s_file = new("attention/flash_attention.cu");
    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelTemplate s_narrow = s_file.Template("flash_attention<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_middle = s_file.Template("flash_attention<{0}, 128>", s_kinds);
    private static readonly KernelTemplate s_wide = s_file.Template("flash_attention<{0}, 256>", s_kinds);

    /// <summary>Whether an attention goes to the tensor cores.</summary>
    /// <exception cref="NotSupportedException">They were asked for and have no such attention.</exception>
    public static bool IsChosen<T>(CudaDevice device, in AttentionShape shape, AttentionAlgorithm algorithm) where T : unmanaged
    {
        if (algorithm == AttentionAlgorithm.Plain)
        {
            return false;
        }

        var exists = ElementType<T>.Kind is ElementKind.Float16 or ElementKind.BFloat16 && shape.HeadDim == shape.ValueDim && shape.HeadDim is 64 or 128 or 256 && device.Specification.ComputeCapability.Major >= 8;
        return exists || algorithm == AttentionAlgorithm.Auto ? exists : throw new NotSupportedException(
            $"flash attention takes Half and BFloat16 with head_dim = value_dim of 64, 128 or 256 and compute capability 8.0, got {ElementType<T>.Kind} with {shape.HeadDim} and {shape.ValueDim} on {device.Id} of {device.Specification.ComputeCapability}");
    }

    /// <summary>The kernel for a width of the heads.</summary>
    public static KernelTemplate Kernel(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_narrow,
        128 => s_middle,
        _ => s_wide,
    };

    /// <summary>A block for 64 queries of a head; beside them, shared memory holds two tiles each of keys and values.</summary>
    public static LaunchConfig Launch(in AttentionShape shape)
    {
        var tileRows = shape.HeadDim <= 128 ? 64 : 32;
        var blocks = shape.Heads * ((shape.Queries + Queries - 1) / Queries);
        return LaunchConfig.Cover(blocks * 32 * Warps, blockSize: 32 * Warps) with { SharedBytes = (Queries + (4 * tileRows)) * (int)shape.HeadDim * sizeof(ushort) };
    }
}
