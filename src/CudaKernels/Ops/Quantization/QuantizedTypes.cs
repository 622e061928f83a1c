namespace CudaKernels;

/// <summary>The types that numbers are quantised to.</summary>
internal static class QuantizedTypes
{
    private static readonly ElementKind[] s_kinds = [ElementKind.Int8, .. ElementTypes.Float8];

    /// <summary>Each with each floating type: the kernels' instances.</summary>
    public static IEnumerable<KernelTypes> Combinations(bool quantizedFirst) => Combinations(s_kinds, quantizedFirst);

    /// <summary>The same of the 8-bit floats alone.</summary>
    public static IEnumerable<KernelTypes> Float8Combinations(bool float8First) => Combinations(ElementTypes.Float8, float8First);

    private static IEnumerable<KernelTypes> Combinations(IEnumerable<ElementKind> kinds, bool quantizedFirst) =>
        from quantized in kinds from wide in ElementTypes.Floating select quantizedFirst ? new KernelTypes(quantized, wide) : new KernelTypes(wide, quantized);
}
