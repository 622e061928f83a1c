namespace CudaKernels;

/// <summary>The kernels of the quantised matrix product and the choice between them.</summary>
internal static class QuantizedMatMulChoice
{
    private static readonly Version s_int8TensorCores = new(8, 0);
    private static readonly Version s_float8TensorCores = new(8, 9);

    /// <summary>The kernel on the ordinary arithmetic units.</summary>
    public static KernelTemplate Simt { get; } = Template("quantized_gemm");

    /// <summary>The kernel on tensor cores.</summary>
    public static KernelTemplate TensorCore { get; } = Template("quantized_gemm_mma");

    /// <summary>The kernel on the tensor cores of compute capability 9.0.</summary>
    public static KernelTemplate Wgmma { get; } = Template("quantized_gemm_wgmma");

    private static readonly KernelTemplate[] s_blockScaledSimt = BlockScaledTemplates("block_scaled_gemm");
    private static readonly KernelTemplate[] s_blockScaledTensorCore = BlockScaledTemplates("block_scaled_gemm_mma");
    private static readonly KernelTemplate[] s_blockScaledWgmma = BlockScaledTemplates("block_scaled_gemm_wgmma");

    /// <summary>The kernel of a product with scales of blocks, over the types of the result and of the right operand.</summary>
    /// <param name="algorithm">The implementation, not <see cref="QuantizedMatMulAlgorithm.Auto"/>.</param>
    /// <param name="left">The type of the left operand.</param>
    public static KernelTemplate BlockScaled(QuantizedMatMulAlgorithm algorithm, ElementKind left) => (algorithm switch
    {
        QuantizedMatMulAlgorithm.Wgmma => s_blockScaledWgmma,
        QuantizedMatMulAlgorithm.TensorCore => s_blockScaledTensorCore,
        _ => s_blockScaledSimt,
    })[left == ElementKind.Float8E4M3 ? 0 : 1];

    /// <summary>The implementation of a product of m rows, n columns and k steps; never <see cref="QuantizedMatMulAlgorithm.Auto"/>.</summary>
    /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
    public static QuantizedMatMulAlgorithm Of<TQuantized>(CudaDevice device, QuantizedMatMulAlgorithm algorithm, nint m, nint n, nint k) where TQuantized : unmanaged
    {
        var (kind, capability) = (ElementType<TQuantized>.Kind, device.Specification.ComputeCapability);
        var needed = kind == ElementKind.Int8 ? s_int8TensorCores : s_float8TensorCores;
        var onTensorCores = device.Kind == DeviceKind.Cuda && capability >= needed && Math.Min(Math.Min(m, n), k) >= MatMulChoice.LeastTensorCoreLength;
        return algorithm switch
        {
            QuantizedMatMulAlgorithm.Auto when !onTensorCores => QuantizedMatMulAlgorithm.Simt,
            QuantizedMatMulAlgorithm.Auto => device.HasWgmma ? QuantizedMatMulAlgorithm.Wgmma : QuantizedMatMulAlgorithm.TensorCore,
            QuantizedMatMulAlgorithm.TensorCore when capability < needed => throw new CudaNotSupportedException($"products of {kind} on tensor cores need compute capability {needed}, {device} has {capability}"),
            QuantizedMatMulAlgorithm.Wgmma when !device.HasWgmma => throw new CudaNotSupportedException($"products of {kind} by wgmma need {device.WithoutWgmma()}"),
            QuantizedMatMulAlgorithm.Simt or QuantizedMatMulAlgorithm.TensorCore or QuantizedMatMulAlgorithm.Wgmma => algorithm,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
        };
    }

    private static KernelTemplate[] BlockScaledTemplates(string kernel)
    {
        var file = new KernelFile($"quantization/{kernel}.cu");
        ElementKind[] lefts = [ElementKind.Float8E4M3, ElementKind.Float8E5M2];
        return [.. lefts.Select(left => file.Template($"{kernel}<{{0}}, {ElementTypes.CudaName(left)}, {{1}}>", from right in ElementTypes.Float8 from result in ElementTypes.Floating select new KernelTypes(result, right)))];
    }

    private static KernelTemplate Template(string kernel) => new KernelFile($"quantization/{kernel}.cu").Template($"{kernel}<{{0}}, {{1}}>", QuantizedTypes.Combinations(quantizedFirst: false));
}
