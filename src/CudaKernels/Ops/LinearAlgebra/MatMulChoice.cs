namespace CudaKernels;

/// <summary>The kernels of the matrix product and the choice between them and cuBLAS.</summary>
internal static class MatMulChoice
{
    private static readonly KernelFile s_file = new("linear_algebra/matmul.cu");
    private static readonly KernelTemplate s_plain = s_file.Template("matmul_simt<{0}, false, false>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_transposedB = s_file.Template("matmul_simt<{0}, false, true>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_transposedA = s_file.Template("matmul_simt<{0}, true, false>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_transposedBoth = s_file.Template("matmul_simt<{0}, true, true>", ElementTypes.Numeric);

    public static KernelTemplate Simt(bool transposeA, bool transposeB) => (transposeA, transposeB) switch
    {
        (false, false) => s_plain,
        (false, true) => s_transposedB,
        (true, false) => s_transposedA,
        (true, true) => s_transposedBoth,
    };

    /// <summary>Whether a product goes to cuBLAS.</summary>
    /// <exception cref="NotSupportedException">cuBLAS was asked for and has no such product.</exception>
    public static bool UsesCublas<T>(CudaDevice device, MatMulAlgorithm algorithm) where T : unmanaged
    {
        var floating = ElementTypes.Floating.Contains(ElementType<T>.Kind);
        return algorithm switch
        {
            MatMulAlgorithm.Simt => false,
            MatMulAlgorithm.Auto => floating && device.Kind == DeviceKind.Cuda && device.HasCublas,
            MatMulAlgorithm.Cublas when !floating => throw new NotSupportedException($"the cuBLAS path multiplies float, double, Half and BFloat16, not {ElementType<T>.Kind}"),
            MatMulAlgorithm.Cublas => true,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
        };
    }
}
