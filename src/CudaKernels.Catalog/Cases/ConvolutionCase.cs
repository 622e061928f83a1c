namespace CudaKernels.Catalog.Cases;

/// <summary>A case of a convolution. A shape holds images, channels, height, width, filters, filter height and width, and which options, from 1.</summary>
internal abstract class ConvolutionCase : FloatingCase
{
    private static readonly Conv2dOptions[] s_options =
    [
        new(),
        new() { Stride = (2, 2), Padding = (1, 1) },
        new() { Dilation = (2, 1), Padding = (2, 0) },
        new() { Groups = 2, Padding = (1, 1), Stride = (1, 3) },
        new() { Layout = ImageLayout.ChannelsLast, Stride = (2, 1), Padding = (1, 0) },
        new() { Layout = ImageLayout.ChannelsLast, Groups = 2, Padding = (1, 1), Dilation = (1, 2) },
        new() { Padding = (1, 1) },
        new() { Stride = (2, 2), Dilation = (2, 3), Padding = (1, 2) },
    ];

    public override string Family => "convolution";

    public override IReadOnlyList<string> Variants => ["gemm", "direct"];

    public override IReadOnlyList<CaseShape> Shapes =>
    [
        new(0, 3, 4, 4, 2, 3, 3, 1),
        new(1, 1, 1, 1, 1, 1, 1, 1),
        new(2, 3, 6, 5, 4, 3, 3, 1),
        new([2, 2, 7, 6, 3, 3, 2, 2], CaseLayout.Unaligned),
        new([1, 2, 7, 5, 3, 2, 3, 3], CaseLayout.Strided),
        new(2, 4, 5, 8, 6, 3, 2, 4),
        new(1, 3, 7, 6, 4, 3, 3, 5),
        new([2, 4, 5, 7, 6, 2, 2, 6], CaseLayout.Strided),
        new(1, 6, 4, 3, 6, 4, 3, 2),
        new(3, 5, 29, 27, 66, 3, 3, 2),
        new(2, 70, 9, 9, 18, 3, 3, 5),
        new(2, 2, 5, 6, 2, 1, 1, 6),
    ];

    // A tile of the product costs 35,000 accesses for each slice of 16 steps, and both forms of the operation are run.
    public override IReadOnlyList<CaseShape> RaggedShapes =>
    [
        new(0, 3, 4, 4, 2, 3, 3, 1),
        new(1, 1, 1, 1, 1, 1, 1, 1),
        new(1, 3, 5, 4, 2, 3, 3, 1),
        new([1, 2, 5, 4, 3, 2, 2, 2], CaseLayout.Unaligned),
        new([1, 2, 5, 4, 2, 2, 2, 3], CaseLayout.Strided),
        new(1, 4, 4, 5, 4, 2, 2, 4),
        new(1, 2, 5, 4, 3, 2, 2, 5),
        new([1, 2, 4, 4, 2, 2, 2, 6], CaseLayout.Strided),
        new(1, 2, 3, 4, 2, 1, 1, 6),
        new(1, 1, 9, 10, 1, 2, 2, 1),
        TwoTiles,
    ];

    /// <summary>One whole tile of the product across, and one row more than a tile down.</summary>
    protected abstract CaseShape TwoTiles { get; }

    public override IReadOnlyList<CaseShape> BenchShapes => [new(64, 64, 28, 28, 64, 3, 3, 7)];

    public override bool Runs(ComputeDevice device, string variant) => variant == "gemm" || device is CudaDevice;

    // Errors grow with the sum of the magnitudes |x||w|, which the check scales by.
    public override double Tolerance(ElementKind kind) => kind == ElementKind.Float32 ? 1e-5 : base.Tolerance(kind);

    protected static Conv2dOptions Options(CaseInputs inputs)
    {
        var options = s_options[inputs.Lengths[7] - 1];
        return TensorCoreConvolutionCase.AlgorithmOf(inputs.Variant) is { } algorithm
            ? options with { Algorithm = algorithm, Layout = ImageLayout.ChannelsLast }
            : options with { Algorithm = inputs.Variant == "direct" ? Conv2dAlgorithm.Direct : Conv2dAlgorithm.ImplicitGemm };
    }
}
