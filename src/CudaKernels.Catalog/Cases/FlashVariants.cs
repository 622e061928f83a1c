namespace CudaKernels.Catalog.Cases;

/// <summary>The implementations of an attention, or of its gradients, on tensor cores: by mma.sync, and by wgmma, which has other tiles. Widths of their shapes count 64 columns.</summary>
/// <param name="Mma">The kernel file and the shapes of the one.</param>
/// <param name="Wgmma">Those of the other.</param>
internal sealed record FlashVariants(FlashVariant Mma, FlashVariant Wgmma)
{
    public const string MmaName = "mma";
    public const string WgmmaName = "wgmma";

    public static IReadOnlyList<string> Names { get; } = [MmaName, WgmmaName];

    public static ElementKind[] Types { get; } = [ElementKind.Float16, ElementKind.BFloat16];

    public FlashVariant this[string variant] => variant == WgmmaName ? Wgmma : Mma;

    public static AttentionAlgorithm AlgorithmOf(string variant) => variant == WgmmaName ? AttentionAlgorithm.Wgmma : AttentionAlgorithm.Flash;

    public static bool Runs(ComputeDevice device, string variant) => device is CudaDevice cuda
        && (variant == WgmmaName ? cuda.Specification.ComputeCapability is { Major: 9, Minor: 0 } : cuda.Specification.ComputeCapability.Major >= 8);
}

/// <summary>One of them.</summary>
/// <param name="KernelFile">Its kernel file.</param>
/// <param name="Ragged">Shapes around its tiles, small enough to look at every access.</param>
/// <param name="Large">Those of several blocks.</param>
internal sealed record FlashVariant(string KernelFile, IReadOnlyList<CaseShape> Ragged, IReadOnlyList<CaseShape> Large);

/// <summary>A case of attention, plain or, where it has <see cref="Flash"/>, on tensor cores.</summary>
internal abstract class FlashCase : FloatingCase
{
    public sealed override string Family => "attention";

    public override IReadOnlyList<ElementKind> Types => Flash is null ? base.Types : FlashVariants.Types;

    public sealed override IReadOnlyList<string> Variants => Flash is null ? base.Variants : FlashVariants.Names;

    public override string KernelFile => Flash?.Mma.KernelFile ?? base.KernelFile;

    public sealed override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, .. Flash?.Mma.Large ?? PlainLarge];

    public sealed override IReadOnlyList<CaseShape> RaggedShapes => Flash?.Mma.Ragged ?? PlainRagged;

    /// <summary>The shapes of the plain one, small enough to look at every access.</summary>
    protected abstract IReadOnlyList<CaseShape> PlainRagged { get; }

    /// <summary>Those of several blocks.</summary>
    protected abstract IReadOnlyList<CaseShape> PlainLarge { get; }

    /// <summary>The implementations on tensor cores; null for the plain one.</summary>
    protected virtual FlashVariants? Flash => null;

    /// <summary>The columns that the widths of a shape count.</summary>
    protected int WidthUnit => Flash is null ? 1 : 64;

    public sealed override string KernelFileOf(string variant) => Flash?[variant].KernelFile ?? KernelFile;

    public sealed override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => Flash?[variant].Ragged ?? RaggedShapes;

    public sealed override IReadOnlyList<CaseShape> ShapesOf(string variant) => Flash is null ? Shapes : [.. Flash[variant].Ragged, .. Flash[variant].Large];

    public sealed override bool Runs(ComputeDevice device, string variant) => Flash is null ? base.Runs(device, variant) : FlashVariants.Runs(device, variant);

    protected AttentionAlgorithm AlgorithmOf(string variant) => Flash is null ? AttentionAlgorithm.Plain : FlashVariants.AlgorithmOf(variant);
}
