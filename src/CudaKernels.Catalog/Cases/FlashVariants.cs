namespace CudaKernels.Catalog.Cases;

/// <summary>The implementations of attention on tensor cores: by mma.sync, and by wgmma, which has other tiles.</summary>
internal static class FlashVariants
{
    public const string Mma = "mma";
    public const string Wgmma = "wgmma";

    public static IReadOnlyList<string> All { get; } = [Mma, Wgmma];

    public static ElementKind[] Types { get; } = [ElementKind.Float16, ElementKind.BFloat16];

    public static AttentionAlgorithm AlgorithmOf(string variant) => variant == Wgmma ? AttentionAlgorithm.Wgmma : AttentionAlgorithm.Flash;

    public static string KernelFileOf(string variant) => variant == Wgmma ? "attention/flash_attention_wgmma.cu" : "attention/flash_attention.cu";

    public static bool Runs(ComputeDevice device, string variant) => device is CudaDevice cuda
        && (variant == Wgmma ? cuda.Specification.ComputeCapability is { Major: 9, Minor: 0 } : cuda.Specification.ComputeCapability.Major >= 8);
}
