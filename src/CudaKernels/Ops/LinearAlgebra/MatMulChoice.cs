namespace CudaKernels;

/// <summary>The kernels of the matrix product and the choice between them and cuBLAS.</summary>
internal static class MatMulChoice
{
    /// <summary>The tile of the tensor cores is 128 wide and 64 deep: with fewer rows, columns or steps most of it would be zeros.</summary>
    public const int LeastTensorCoreLength = 16;

    /// <summary>With fewer rows or columns most of a tile of <see cref="ProductLaunch.Staged"/> would be empty.</summary>
    private const int LeastStagedLength = 33;

    /// <summary>Bytes of k that leave the last of the stages empty: kSliceStages - 1 slices of common/staged_product.cuh.</summary>
    private const int TooFewStagedBytes = 96;

    /// <summary>Within a tile elements of an operand are counted in 32 bits.</summary>
    private const int LargestStagedPitch = 1 << 24;

    private static readonly ElementKind[] s_tensorCoreKinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly ElementKind[] s_stagedKinds = [ElementKind.Float32, ElementKind.Float64];
    private static readonly KernelFile s_simtFile = new("linear_algebra/matmul.cu");
    private static readonly KernelTemplate[] s_simt = Templates(s_simtFile, (a, b) => $"matmul_simt<{{0}}, {a}, {b}>", ElementTypes.Numeric);
    private static readonly KernelTemplate[] s_staged = Templates(s_simtFile, (a, b) => $"matmul_staged<{{0}}, {a}, {b}>", s_stagedKinds);
    private static readonly KernelFile s_tensorCoreFile = new("linear_algebra/matmul_mma.cu");
    private static readonly KernelTemplate[] s_tensorCore = Templates(s_tensorCoreFile, (a, b) => $"matmul_mma<{{0}}, {a}, {b}, 0>", s_tensorCoreKinds);
    private static readonly KernelTemplate[] s_tf32 = Templates(s_tensorCoreFile, (a, b) => $"matmul_mma<{{0}}, {a}, {b}, 1>", [ElementKind.Float32]);
    private static readonly KernelTemplate[] s_tf32x3 = Templates(s_tensorCoreFile, (a, b) => $"matmul_mma<{{0}}, {a}, {b}, 3>", [ElementKind.Float32]);
    private static readonly KernelFile s_splitFile = new("linear_algebra/matmul_split.cu");
    private static readonly KernelTemplate[] s_tensorCoreParts = Templates(s_splitFile, (a, b) => $"matmul_mma_parts<{{0}}, {a}, {b}, 0>", s_tensorCoreKinds);
    private static readonly KernelTemplate[] s_tf32Parts = Templates(s_splitFile, (a, b) => $"matmul_mma_parts<{{0}}, {a}, {b}, 1>", [ElementKind.Float32]);
    private static readonly KernelTemplate[] s_tf32x3Parts = Templates(s_splitFile, (a, b) => $"matmul_mma_parts<{{0}}, {a}, {b}, 3>", [ElementKind.Float32]);
    private static readonly KernelFile s_wgmmaSplitFile = new(WgmmaKernels.Path);
    private static readonly WgmmaTable<WgmmaKernels> s_wgmma = new(shape => new WgmmaKernels(shape));

    /// <summary>The types that tensor cores multiply as they are.</summary>
    public static IReadOnlyList<ElementKind> TensorCoreKinds => s_tensorCoreKinds;

    /// <summary>The types of <see cref="ProductLaunch.Staged"/>.</summary>
    public static IReadOnlyList<ElementKind> StagedKinds => s_stagedKinds;

    /// <summary>The kernel on the ordinary arithmetic units.</summary>
    public static KernelTemplate Simt(bool transposeA, bool transposeB) => s_simt[Index(transposeA, transposeB)];

    /// <summary>The kernel on the ordinary arithmetic units with large tiles.</summary>
    public static KernelTemplate Staged(bool transposeA, bool transposeB) => s_staged[Index(transposeA, transposeB)];

    /// <summary>Whether the large tiles of <see cref="ProductLaunch.Staged"/> take a product on the ordinary units, whatever becomes of its sums.</summary>
    public static bool IsStaged<T>(CudaDevice device, MatrixOperand a, MatrixOperand b) where T : unmanaged =>
        s_stagedKinds.Contains(ElementType<T>.Kind) && device.Specification.ComputeCapability.Major >= 8
        && Math.Min(a.Rows, b.Columns) >= LeastStagedLength && a.Columns > TooFewStagedBytes / ElementType<T>.Size
        && Math.Max(a.LeadingDimension, b.LeadingDimension) <= LargestStagedPitch;

    /// <summary>The kernel on tensor cores.</summary>
    public static KernelTemplate TensorCore(bool transposeA, bool transposeB, MatMulPrecision precision) =>
        (precision switch { MatMulPrecision.Tf32 => s_tf32, MatMulPrecision.Tf32x3 => s_tf32x3, _ => s_tensorCore })[Index(transposeA, transposeB)];

    /// <summary>The kernel on tensor cores that leaves the sums of parts of k.</summary>
    public static KernelTemplate TensorCoreParts(bool transposeA, bool transposeB, MatMulPrecision precision) =>
        (precision switch { MatMulPrecision.Tf32 => s_tf32Parts, MatMulPrecision.Tf32x3 => s_tf32x3Parts, _ => s_tensorCoreParts })[Index(transposeA, transposeB)];

    /// <summary>The kernel that adds the sums of the parts.</summary>
    public static KernelTemplate Combine { get; } = s_splitFile.Template("matmul_combine<{0}>", [.. s_tensorCoreKinds, ElementKind.Float32]);

    /// <summary>The kernel that splits floats into sums of two TF32.</summary>
    public static KernelTemplate Split { get; } = s_wgmmaSplitFile.Template("split_tf32<false>", [ElementKind.Float32]);

    /// <summary>The same of matrices whose neighbours along k do not stand side by side.</summary>
    public static KernelTemplate SplitTransposed { get; } = s_wgmmaSplitFile.Template("split_tf32<true>", [ElementKind.Float32]);

    /// <summary>The precision that a product of a type can make use of: only float has a choice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such precision.</exception>
    public static MatMulPrecision PrecisionOf<T>(MatMulPrecision precision) where T : unmanaged
    {
        if (!Enum.IsDefined(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "not a precision");
        }

        return typeof(T) == typeof(float) ? precision : MatMulPrecision.Full;
    }

    /// <summary>The kernels of an algorithm on the tensor cores of compute capability 9.0.</summary>
    public static WgmmaKernels Wgmma(MatMulAlgorithm algorithm) => s_wgmma[algorithm];

    /// <summary>The stages of a product by wgmma, of all products that one is made of.</summary>
    public static long WgmmaStages<T>(long depth, MatMulPrecision precision) where T : unmanaged
    {
        var stage = WgmmaTile.Depth<T>();
        return (depth + stage - 1) / stage * (precision == MatMulPrecision.Tf32x3 ? SplitOperands.Products : 1);
    }

    /// <summary>The implementation that computes A·B; never <see cref="MatMulAlgorithm.Auto"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="algorithm">What was asked for.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="precision">How exact a product of floats must be.</param>
    /// <param name="batch">Products.</param>
    /// <param name="pitch">Elements between the rows of the result; 0 where it has no gaps.</param>
    /// <exception cref="NotSupportedException">The one that was asked for has no product of this type, or cuBLAS none of this size.</exception>
    /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
    public static MatMulAlgorithm Of<T>(
        CudaDevice device, MatMulAlgorithm algorithm, MatrixOperand a, MatrixOperand b, MatMulPrecision precision = MatMulPrecision.Full, long batch = 1, nint pitch = 0) where T : unmanaged
    {
        var kind = ElementType<T>.Kind;
        var floating = ElementTypes.Floating.Contains(kind);
        var capability = device.Specification.ComputeCapability;
        var tensorCoreType = s_tensorCoreKinds.Contains(kind) || precision != MatMulPrecision.Full;
        var (onTensorCores, byWgmma) = (OnTensorCores(device, kind, a, b, precision), WgmmaShape.Of(algorithm) is not null);
        var fitsCublas = CublasMatMul.Takes(a, b, pitch);
        if (algorithm == MatMulAlgorithm.Auto && floating && precision == MatMulPrecision.Full && device.Options.UseTimings
            && device.MatMulTimings.Find(MatMulClass.Of<T>(a, b)) is var measured and not MatMulAlgorithm.Auto && (fitsCublas || measured != MatMulAlgorithm.Cublas))
        {
            return measured;
        }

        return algorithm switch
        {
            MatMulAlgorithm.Auto when device.Kind != DeviceKind.Cuda || !floating => MatMulAlgorithm.Simt,
            MatMulAlgorithm.Auto when fitsCublas && device.HasCublas && !(onTensorCores && precision == MatMulPrecision.Tf32x3) => MatMulAlgorithm.Cublas,
            MatMulAlgorithm.Auto when !onTensorCores => MatMulAlgorithm.Simt,
            MatMulAlgorithm.Auto => OwnTensorCore<T>(device, a, b, precision, batch, cutsDepth: true),
            MatMulAlgorithm.Cublas when !floating => throw new NotSupportedException($"the cuBLAS path multiplies float, double, Half and BFloat16, not {kind}"),
            MatMulAlgorithm.Cublas when !fitsCublas => throw new NotSupportedException(
                $"cuBLAS counts rows, columns and leading dimensions in 32 bits and does not take a product of {a.Rows} x {a.Columns} and {b.Rows} x {b.Columns} with leading dimensions {a.LeadingDimension}, {b.LeadingDimension} and {Math.Max(pitch, b.Columns)}; {nameof(MatMulAlgorithm)}.{nameof(MatMulAlgorithm.Auto)} does"),
            MatMulAlgorithm.TensorCore when !tensorCoreType => throw new NotSupportedException($"the tensor-core path multiplies Half and BFloat16, and float in the precision of TF32 or 3xTF32, not {kind}"),
            _ when byWgmma && !tensorCoreType => throw new NotSupportedException($"the wgmma path multiplies Half and BFloat16, and float in the precision of TF32 or 3xTF32, not {kind}"),
            MatMulAlgorithm.TensorCore when !HasTensorCores(capability) => throw new CudaNotSupportedException($"matrix products on tensor cores need compute capability 8.0, {device} has {capability}"),
            _ when byWgmma && !device.HasWgmma => throw new CudaNotSupportedException($"matrix products by wgmma need {device.WithoutWgmma()}"),
            MatMulAlgorithm.Simt or MatMulAlgorithm.Cublas or MatMulAlgorithm.TensorCore => algorithm,
            _ when byWgmma => algorithm,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not an algorithm"),
        };
    }

    /// <summary>The implementation of a product that goes through an expression: as of a plain one, but Auto prefers the kernels that can hold the expression, which need all of k.</summary>
    /// <exception cref="NotSupportedException">The one that was asked for has no product of this type.</exception>
    public static MatMulAlgorithm OfFused<T>(CudaDevice device, MatMulAlgorithm algorithm, MatrixOperand a, MatrixOperand b, MatMulPrecision precision, long batch) where T : unmanaged
    {
        var isOwn = algorithm == MatMulAlgorithm.Auto && device.Kind == DeviceKind.Cuda && OnTensorCores(device, ElementType<T>.Kind, a, b, precision);
        return Of<T>(device, isOwn ? OwnTensorCore<T>(device, a, b, precision, batch, cutsDepth: false) : algorithm, a, b, precision, batch);
    }

    /// <summary>The implementation of a grouped product, which only the library's own kernels compute.</summary>
    /// <exception cref="NotSupportedException">The one that was asked for has no grouped product of this type.</exception>
    /// <exception cref="CudaNotSupportedException">The device has no tensor cores that the kernel can use.</exception>
    public static MatMulAlgorithm OfGrouped<T>(CudaDevice device, MatMulAlgorithm algorithm, MatrixOperand a, MatrixOperand b) where T : unmanaged => algorithm switch
    {
        MatMulAlgorithm.Auto when device.Kind != DeviceKind.Cuda || !OnTensorCores(device, ElementType<T>.Kind, a, b, MatMulPrecision.Full) => MatMulAlgorithm.Simt,
        MatMulAlgorithm.Auto => device.HasWgmma ? MatMulAlgorithm.Wgmma : MatMulAlgorithm.TensorCore,
        _ when algorithm == MatMulAlgorithm.Cublas || (WgmmaShape.Of(algorithm) is not null && algorithm != MatMulAlgorithm.Wgmma) =>
            throw new NotSupportedException($"grouped products are computed by {MatMulAlgorithm.Simt}, {MatMulAlgorithm.TensorCore} and {MatMulAlgorithm.Wgmma}, not by {algorithm}"),
        _ => Of<T>(device, algorithm, a, b),
    };

    /// <summary>The implementations that a device has for products of a floating type with so many rows.</summary>
    public static IEnumerable<MatMulAlgorithm> Candidates<T>(CudaDevice device, nint rows) where T : unmanaged
    {
        var (tensorCoreType, capability) = (s_tensorCoreKinds.Contains(ElementType<T>.Kind), device.Specification.ComputeCapability);
        return from algorithm in Enum.GetValues<MatMulAlgorithm>()
               where algorithm switch
               {
                   MatMulAlgorithm.Simt => true,
                   MatMulAlgorithm.Cublas => device.HasCublas,
                   MatMulAlgorithm.TensorCore => tensorCoreType && HasTensorCores(capability),
                   _ => WgmmaShape.Of(algorithm) is { } shape && tensorCoreType && device.HasWgmma && shape.Suits(rows),
               }
               select algorithm;
    }

    private static bool OnTensorCores(CudaDevice device, ElementKind kind, MatrixOperand a, MatrixOperand b, MatMulPrecision precision) =>
        (s_tensorCoreKinds.Contains(kind) || precision != MatMulPrecision.Full) && HasTensorCores(device.Specification.ComputeCapability)
        && Math.Min(Math.Min(a.Rows, a.Columns), b.Columns) >= LeastTensorCoreLength;

    // 3xTF32 by wgmma moves much more than by mma.sync.
    private static MatMulAlgorithm OwnTensorCore<T>(CudaDevice device, MatrixOperand a, MatrixOperand b, MatMulPrecision precision, long batch, bool cutsDepth) where T : unmanaged =>
        device.HasWgmma && precision != MatMulPrecision.Tf32x3
            ? WgmmaCost.Fastest(a.Rows, b.Columns, batch, WgmmaStages<T>(a.Columns, precision), device.Specification.MultiprocessorCount, cutsDepth)
            : MatMulAlgorithm.TensorCore;

    public static bool HasTensorCores(Version capability) => capability.Major >= 8;

    public static KernelTemplate[] Templates(KernelFile file, Func<string, string, string> expression, IReadOnlyList<ElementKind> kinds) =>
    [
        file.Template(expression("false", "false"), kinds),
        file.Template(expression("false", "true"), kinds),
        file.Template(expression("true", "false"), kinds),
        file.Template(expression("true", "true"), kinds),
    ];

    private static int Index(bool transposeA, bool transposeB) => (transposeA ? 2 : 0) + (transposeB ? 1 : 0);
}
