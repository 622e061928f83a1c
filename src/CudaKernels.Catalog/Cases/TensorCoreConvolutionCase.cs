using System.Numerics;

namespace CudaKernels.Catalog.Cases;

/// <summary>A case of a convolution that has a kernel on tensor cores, whose shapes have the channels last whatever the options say.</summary>
internal abstract class TensorCoreConvolutionCase : ConvolutionCase
{
    private const string TensorCore = "tensor-core";
    private const string Wgmma = "wgmma";
    private const string Cluster = "wgmma-cluster";
    private const string Narrow = "wgmma-narrow";
    private const string Slim = "wgmma-slim";

    public override IReadOnlyList<string> Variants => [.. base.Variants, TensorCore, Wgmma, Cluster, Narrow, Slim];

    public override string KernelFileOf(string variant) => variant switch
    {
        TensorCore => KernelFile.Replace(".cu", "_mma.cu", StringComparison.Ordinal),
        _ => IsWgmma(variant) ? KernelFile.Replace(".cu", "_wgmma.cu", StringComparison.Ordinal) : KernelFile,
    };

    // The types differ in the instruction alone, the tiles in where they lie.
    public override bool Covers(ElementKind kind, string variant) => variant switch
    {
        Cluster or Slim => kind == ElementKind.BFloat16,
        Narrow => kind == ElementKind.Float16,
        _ => !OnTensorCores(variant) || kind is ElementKind.Float16 or ElementKind.BFloat16,
    };

    public override bool Runs(ComputeDevice device, string variant) => variant switch
    {
        TensorCore => device is CudaDevice { Specification.ComputeCapability.Major: >= 8 },
        _ => IsWgmma(variant) ? device is CudaDevice { HasWgmma: true } : base.Runs(device, variant),
    };

    public override IReadOnlyList<CaseShape> ShapesOf(string variant) => variant switch
    {
        TensorCore => TensorCoreShapes,
        Wgmma => WgmmaShapes,
        Cluster or Narrow or Slim => OtherTileShapes,
        _ => Shapes,
    };

    public override IReadOnlyList<CaseShape> RaggedShapesOf(string variant) => variant switch
    {
        TensorCore => RaggedTensorCoreShapes,
        Wgmma => RaggedWgmmaShapes,
        Cluster or Narrow or Slim => RaggedOtherTileShapes,
        _ => RaggedShapes,
    };

    /// <summary>What a variant on tensor cores asks for; null for the others.</summary>
    public static Conv2dAlgorithm? AlgorithmOf(string variant) => variant switch
    {
        TensorCore => Conv2dAlgorithm.TensorCores,
        Wgmma => Conv2dAlgorithm.Wgmma,
        Cluster => Conv2dAlgorithm.WgmmaCluster,
        Narrow => Conv2dAlgorithm.WgmmaNarrow,
        Slim => Conv2dAlgorithm.WgmmaSlim,
        _ => null,
    };

    // Several tiles of 128 either way, depths that go round the ring of three stages of 64, phases without a tap and without a pixel.
    private static IReadOnlyList<CaseShape> TensorCoreShapes { get; } =
    [
        new(0, 8, 4, 4, 8, 3, 3, 1),
        new(1, 8, 1, 1, 8, 1, 1, 1),
        new(1, 8, 7, 6, 24, 3, 3, 1),
        new(2, 24, 7, 5, 40, 3, 3, 2),
        new([1, 40, 5, 6, 8, 3, 2, 3], CaseLayout.Strided),
        new(2, 48, 5, 8, 16, 3, 2, 4),
        new(1, 8, 9, 7, 16, 3, 3, 5),
        new([2, 16, 5, 7, 16, 2, 2, 6], CaseLayout.Strided),
        new(3, 16, 9, 8, 8, 3, 3, 8),
        new(3, 8, 1, 1, 8, 2, 2, 2),
        new(2, 136, 12, 13, 144, 3, 3, 7),
        new(3, 72, 9, 8, 264, 3, 3, 2),
        new(1, 8, 32, 33, 8, 1, 2, 1),
    ];

    // Two tiles either way, six stages, images smaller than the stride, and at the end a sum of 512 pixels, which the gradient of the filters cuts in two.
    private static IReadOnlyList<CaseShape> RaggedTensorCoreShapes { get; } =
    [
        new(0, 8, 4, 4, 8, 3, 3, 1),
        new(1, 8, 1, 1, 8, 1, 1, 1),
        new(1, 8, 1, 1, 8, 2, 2, 2),
        new(1, 8, 3, 3, 24, 2, 2, 2),
        new([1, 24, 3, 5, 8, 2, 1, 3], CaseLayout.Strided),
        new(1, 16, 3, 4, 16, 2, 2, 4),
        new(1, 40, 3, 2, 8, 2, 2, 5),
        new([2, 16, 2, 3, 16, 2, 2, 6], CaseLayout.Strided),
        new(1, 8, 5, 4, 8, 2, 2, 8),
        new(1, 40, 3, 3, 8, 3, 3, 7),
        new(1, 8, 11, 12, 8, 1, 1, 1),
        new(1, 8, 3, 4, 136, 1, 1, 1),
        new(1, 136, 2, 3, 8, 1, 1, 1),
        new(1, 8, 16, 32, 8, 1, 1, 1),
    ];

    // Also several tiles of a phase of images whose sides the stride does not divide, two tiles of 256 columns, and 646 pixels of two images, which
    // the gradient of the filters cuts into six stages and five.
    private static IReadOnlyList<CaseShape> WgmmaShapes { get; } =
    [
        .. TensorCoreShapes,
        new(1, 8, 33, 31, 16, 3, 3, 2),
        new(1, 264, 6, 5, 72, 2, 2, 2),
        new(2, 8, 18, 19, 8, 2, 1, 1),
        new(1, 16, 7, 6, 72, 1, 1, 2),
    ];

    // More tiles than multiprocessors, two tiles of 256 columns, whole stages of 64 channels or filters, and rows of pixels with taps but columns without.
    private static IReadOnlyList<CaseShape> RaggedWgmmaShapes { get; } =
    [
        .. RaggedTensorCoreShapes,
        new(2, 8, 18, 18, 8, 1, 1, 1),
        new(1, 8, 23, 25, 8, 2, 2, 2),
        new(1, 8, 2, 3, 264, 1, 1, 1),
        new(1, 264, 2, 3, 8, 1, 1, 1),
        new(1, 64, 2, 3, 64, 1, 2, 1),
        new(1, 8, 3, 3, 8, 1, 1, 2),
    ];

    // Two tiles down, which are those of one cluster; three, of which the second cluster's second block has nothing to store; several either way, and
    // more than the device has multiprocessors.
    private static IReadOnlyList<CaseShape> OtherTileShapes { get; } =
    [
        new(0, 8, 4, 4, 8, 3, 3, 1),
        new(1, 8, 1, 1, 8, 1, 1, 1),
        new(3, 16, 9, 8, 8, 3, 3, 8),
        new(2, 40, 12, 13, 144, 2, 2, 7),
        new(1, 264, 33, 17, 16, 2, 2, 2),
        new(1, 8, 32, 33, 8, 1, 2, 1),
        new(1, 24, 5, 4, 264, 2, 2, 5),
    ];

    private static IReadOnlyList<CaseShape> RaggedOtherTileShapes { get; } =
    [
        new(0, 8, 4, 4, 8, 3, 3, 1),
        new(1, 8, 1, 1, 8, 1, 1, 1),
        new(1, 16, 5, 4, 8, 3, 3, 8),
        new(1, 40, 3, 3, 8, 3, 3, 7),
        new(1, 8, 16, 17, 8, 1, 1, 1),
        new(1, 8, 3, 4, 264, 1, 1, 1),
        new(1, 264, 2, 3, 8, 1, 1, 1),
    ];

    // In the first and the last pixel alone, so that most results stay finite; of one pixel none would. The first one is an infinity: where it is read
    // again for a place that has zeros in the other operand, its results are no infinity any more.
    protected static CaseTensor<T> WithSpecials<T>(CaseInputs inputs, CaseTensor<T> images) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (inputs.HasSpecials && OnTensorCores(inputs.Variant) && images.Data.Length >= 64)
        {
            images.Set(0, T.NegativeInfinity);
            images.Set(^1, T.NaN);
        }

        return images;
    }

    private static bool OnTensorCores(string variant) => AlgorithmOf(variant) is not null;

    private static bool IsWgmma(string variant) => variant != TensorCore && OnTensorCores(variant);
}
