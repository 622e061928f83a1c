using CudaKernels.Catalog.Cases;

namespace CudaKernels.Catalog;

/// <summary>Every operation of the library.</summary>
public static class OpCatalog
{
    /// <summary>All operations, by family and name.</summary>
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. CopyCases.All,
        .. MovementCases.All,
        .. UnaryCases.All,
        .. ActivationCases.All,
        .. GradientCases.All,
        .. BinaryCases.All,
        new FusedCase(),
        .. ComparisonCases.All,
        .. ElementTestCases.All,
        .. LogicalCases.All,
        .. IntegerCases.All,
        new MatMulCase(),
        new FusedMatMulCase(),
        new GatedMatMulCase(),
        new GroupedMatMulCase(),
        .. TransposeCases.All,
        .. ConvolutionCases.All,
        .. QuantizationCases.All,
        .. AttentionCases.All,
        new QuantizedAttentionCase(),
        .. PagedAttentionCases.All,
        .. PackedAttentionCases.All,
        new RotaryEmbeddingCase(),
        .. PoolingCases.All,
        .. RecurrentCases.All,
        .. ReductionCases.All,
        .. HistogramCases.All,
        .. NormalizationCases.All,
        .. IndexCases.All,
        .. RowGradientCases.All,
        .. BatchNormCases.All,
        .. GroupNormCases.All,
        .. ResamplingCases.All,
        .. AugmentationCases.All,
        .. ScanCases.All,
        .. SelectionCases.All,
        .. LossCases.All,
        .. OptimizerCases.All,
        .. RandomCases.All,
        .. ClipNormCases.All,
        .. MultiTensorCases.All,
    ];

    /// <summary>The operations whose name contains <paramref name="pattern"/> (or matches it, with * as a wildcard); all for null.</summary>
    public static IEnumerable<OpCase> Matching(string? pattern)
    {
        var matches = NamePattern.Of(pattern);
        return All.Where(operation => matches(operation.Name) || matches($"{operation.Family}/{operation.Name}"));
    }
}
