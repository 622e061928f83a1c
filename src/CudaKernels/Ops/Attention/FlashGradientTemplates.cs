namespace CudaKernels;

/// <summary>The kernels of the attention's gradients in one file on tensor cores: one for queries and one for keys and values, or for 256 columns one for each of these.</summary>
internal sealed class FlashGradientTemplates(KernelFile file, string kernel)
{
    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly GradientOf[] s_narrow = [GradientOf.Queries, GradientOf.KeysAndValues];
    private static readonly GradientOf[] s_wide = [GradientOf.Queries, GradientOf.Keys, GradientOf.Values];
    private readonly KernelTemplate _queries64 = Template(file, kernel, "64, GradientOf::queries");
    private readonly KernelTemplate _queries128 = Template(file, kernel, "128, GradientOf::queries");
    private readonly KernelTemplate _queries256 = Template(file, kernel, "256, GradientOf::queries");
    private readonly KernelTemplate _keysAndValues64 = Template(file, kernel, "64, GradientOf::keys_and_values");
    private readonly KernelTemplate _keysAndValues128 = Template(file, kernel, "128, GradientOf::keys_and_values");
    private readonly KernelTemplate _keys256 = Template(file, kernel, "256, GradientOf::keys");
    private readonly KernelTemplate _values256 = Template(file, kernel, "256, GradientOf::values");

    /// <summary>The gradients of an attention, as the kernels of an algorithm make them.</summary>
    public static ReadOnlySpan<GradientOf> All(in AttentionShape shape, AttentionAlgorithm algorithm) => algorithm != AttentionAlgorithm.Plain && shape.HeadDim == 256 ? s_wide : s_narrow;

    /// <summary>The kernel of one of <see cref="All"/>.</summary>
    public KernelTemplate this[in AttentionShape shape, GradientOf of] => (shape.HeadDim, of) switch
    {
        (64, GradientOf.Queries) => _queries64,
        (64, _) => _keysAndValues64,
        (128, GradientOf.Queries) => _queries128,
        (128, _) => _keysAndValues128,
        (_, GradientOf.Queries) => _queries256,
        (_, GradientOf.Keys) => _keys256,
        _ => _values256,
    };

    private static KernelTemplate Template(KernelFile file, string kernel, string arguments) => file.Template($"{kernel}<{{0}}, {arguments}>", s_kinds);
}
