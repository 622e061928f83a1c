namespace CudaKernels.Catalog.Cases;

/// <summary>The implementations of an attention, or of its gradients, on tensor cores: by mma.sync, and by wgmma, which has other tiles. Widths of their shapes count 64 columns.</summary>
/// <param name="ByMma">The kernel file and the shapes of the one.</param>
/// <param name="ByWgmma">Those of the other.</param>
internal sealed record FlashVariants(FlashVariant ByMma, FlashVariant ByWgmma)
{
    public const string Mma = "mma";
    public const string Wgmma = "wgmma";

    public static IReadOnlyList<string> Names { get; } = [Mma, Wgmma];

    public static ElementKind[] Types { get; } = [ElementKind.Float16, ElementKind.BFloat16];

    public FlashVariant this[string variant] => variant == Wgmma ? ByWgmma : ByMma;

    public static AttentionAlgorithm AlgorithmOf(string variant) => variant == Wgmma ? AttentionAlgorithm.Wgmma : AttentionAlgorithm.Flash;

    public static bool Runs(ComputeDevice device, string variant) => device is CudaDevice cuda
        && (variant == Wgmma ? cuda.HasWgmma : cuda.Specification.ComputeCapability.Major >= 8);
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

    public override string KernelFile => Flash?.ByMma.KernelFile ?? base.KernelFile;

    public sealed override IReadOnlyList<CaseShape> Shapes => [.. RaggedShapes, .. Flash?.ByMma.Large ?? PlainLarge];

    public sealed override IReadOnlyList<CaseShape> RaggedShapes => Flash?.ByMma.Ragged ?? PlainRagged;

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
