namespace CudaKernels;

/// <summary>The kernels of the matrix product and the choice between them and cuBLAS.</summary>
internal static class MatMulChoice
{
    /// <summary>The tile of the tensor cores is 128 wide and 64 deep: with fewer rows, columns or steps most of it would be zeros.</summary>
    private const int LeastTensorCoreLength = 16;

    private static readonly ElementKind[] s_tensorCoreKinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelTemplate[] s_simt = Templates("matmul_simt", new KernelFile("linear_algebra/matmul.cu"), ElementTypes.Numeric);
    private static readonly KernelTemplate[] s_tensorCore = Templates("matmul_mma", new KernelFile("linear_algebra/matmul_mma.cu"), s_tensorCoreKinds);
    private static readonly KernelTemplate[] s_wgmma = Templates("matmul_wgmma", new KernelFile("linear_algebra/matmul_wgmma.cu"), s_tensorCoreKinds);

    /// <summary>The kernel on the ordinary arithmetic units.</summary>
    public static KernelTemplate Simt(bool transposeA, bool transposeB) => s_simt[Index(transposeA, transposeB)];

    /// <summary>The kernel on tensor cores.</summary>
    public static KernelTemplate TensorCore(bool transposeA, bool transposeB) => s_tensorCore[Index(transposeA, transposeB)];

    /// <summary>The kernel on the tensor cores of compute capability 9.0.</summary>
    public static KernelTemplate Wgmma(bool transposeA, bool transposeB) => s_wgmma[Index(transposeA, transposeB)];

    /// <summary>The implementation that computes A·B; never <see cref="MatMulAlgorithm.Auto"/>.</summary>
    /// <exception cref="NotSupportedException">The one that was asked for has no product of this type.</exception>
    /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
    public static MatMulAlgorithm Of<T>(CudaDevice device, MatMulAlgorithm algorithm, MatrixOperand a, MatrixOperand b) where T : unmanaged
    {
        var kind = ElementType<T>.Kind;
        var floating = ElementTypes.Floating.Contains(kind);
        var capability = device.Specification.ComputeCapability;
        var (tensorCoreType, tensorCoreDevice, wgmmaDevice) = (s_tensorCoreKinds.Contains(kind), HasTensorCores(capability), HasWgmma(capability));
        if (algorithm == MatMulAlgorithm.Auto && floating && device.Options.UseTimings && device.MatMulTimings.Find(MatMulClass.Of<T>(a, b)) is var measured and not MatMulAlgorithm.Auto)
        {
            return measured;
        }

        return algorithm switch
        {
            MatMulAlgorithm.Auto when device.Kind != DeviceKind.Cuda || !floating => MatMulAlgorithm.Simt,
            MatMulAlgorithm.Auto when device.HasCublas => MatMulAlgorithm.Cublas,
            MatMulAlgorithm.Auto when !tensorCoreType || !tensorCoreDevice || Math.Min(Math.Min(a.Rows, a.Columns), b.Columns) < LeastTensorCoreLength => MatMulAlgorithm.Simt,
            MatMulAlgorithm.Auto => wgmmaDevice ? MatMulAlgorithm.Wgmma : MatMulAlgorithm.TensorCore,
            MatMulAlgorithm.Cublas when !floating => throw new NotSupportedException($"the cuBLAS path multiplies float, double, Half and BFloat16, not {kind}"),
            MatMulAlgorithm.TensorCore or MatMulAlgorithm.Wgmma when !tensorCoreType => throw new NotSupportedException($"the tensor-core path multiplies Half and BFloat16, not {kind}"),
            MatMulAlgorithm.TensorCore when !tensorCoreDevice => throw new CudaNotSupportedException($"matrix products on tensor cores need compute capability 8.0, {device} has {capability}"),
            MatMulAlgorithm.Wgmma when !wgmmaDevice => throw new CudaNotSupportedException($"matrix products by wgmma need compute capability 9.0, {device} has {capability}"),
            MatMulAlgorithm.Simt or MatMulAlgorithm.Cublas or MatMulAlgorithm.TensorCore or MatMulAlgorithm.Wgmma => algorithm,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
        };
    }

    /// <summary>The implementations that a device has for a floating type.</summary>
    public static IEnumerable<MatMulAlgorithm> Candidates<T>(CudaDevice device) where T : unmanaged
    {
        var (tensorCoreType, capability) = (s_tensorCoreKinds.Contains(ElementType<T>.Kind), device.Specification.ComputeCapability);
        return from algorithm in Enum.GetValues<MatMulAlgorithm>()
               where algorithm switch
               {
                   MatMulAlgorithm.Simt => true,
                   MatMulAlgorithm.Cublas => device.HasCublas,
                   MatMulAlgorithm.TensorCore => tensorCoreType && HasTensorCores(capability),
                   MatMulAlgorithm.Wgmma => tensorCoreType && HasWgmma(capability),
                   _ => false,
               }
               select algorithm;
    }

    private static bool HasTensorCores(Version capability) => capability.Major >= 8;

    private static bool HasWgmma(Version capability) => capability is { Major: 9, Minor: 0 };

    private static KernelTemplate[] Templates(string name, KernelFile file, IReadOnlyList<ElementKind> kinds) =>
    [
        file.Template(name + "<{0}, false, false>", kinds),
        file.Template(name + "<{0}, false, true>", kinds),
        file.Template(name + "<{0}, true, false>", kinds),
        file.Template(name + "<{0}, true, true>", kinds),
    ];

    private static int Index(bool transposeA, bool transposeB) => (transposeA ? 2 : 0) + (transposeB ? 1 : 0);
}
