namespace CudaKernels;

/// <summary>The types that numbers are quantised to.</summary>
internal static class QuantizedTypes
{
    private static readonly ElementKind[] s_kinds = [ElementKind.Int8, .. ElementTypes.Float8];

    /// <summary>The 8-bit floats, each with each floating type.</summary>
    public static IEnumerable<KernelTypes> Float8Combinations => Combinations(quantizedFirst: true).Where(types => types.First != ElementKind.Int8);

    /// <summary>Each with each floating type: the kernels' instances.</summary>
    public static IEnumerable<KernelTypes> Combinations(bool quantizedFirst) =>
        from quantized in s_kinds from wide in ElementTypes.Floating select quantizedFirst ? new KernelTypes(quantized, wide) : new KernelTypes(wide, quantized);
}
