namespace CudaKernels;

/// <summary>The kernels of matmul_wgmma.cu for one shape of tiles; those of other shapes are not compiled with them.</summary>
internal sealed class WgmmaKernels(WgmmaShape shape)
{
    private readonly KernelTemplate[][] _layouts = Declare(new KernelFile(Path), "matmul_wgmma", $", {shape.TemplateArguments}");
    private readonly KernelTemplate[][]? _inParts = shape.AddsInClusters ? Declare(new KernelFile(Path), "matmul_wgmma_in_parts", "") : null;

    /// <summary>The kernel file.</summary>
    public const string Path = "linear_algebra/matmul_wgmma.cu";

    /// <summary>The kernel of an algorithm by wgmma.</summary>
    public KernelTemplate Get(bool transposeA, bool transposeB, MatMulPrecision precision) => Get(_layouts, transposeA, transposeB, precision);

    /// <summary>The kernel that adds the parts of k in clusters; of a shape that does so (<see cref="WgmmaShape.AddsInClusters"/>).</summary>
    public KernelTemplate GetInParts(bool transposeA, bool transposeB, MatMulPrecision precision) => Get(_inParts!, transposeA, transposeB, precision);

    private static KernelTemplate Get(KernelTemplate[][] layouts, bool transposeA, bool transposeB, MatMulPrecision precision)
    {
        var templates = layouts[(int)precision];
        return templates.Length == 1 ? templates[0] : templates[(transposeA ? 2 : 0) + (transposeB ? 1 : 0)];
    }

    // Of floats wgmma takes rows of k alone.
    private static KernelTemplate[][] Declare(KernelFile file, string kernel, string shape) =>
    [
        MatMulChoice.Templates(file, (a, b) => $"{kernel}<{{0}}, {a}, {b}, 0{shape}>", MatMulChoice.TensorCoreKinds),
        [file.Template($"{kernel}<{{0}}, false, true, 1{shape}>", [ElementKind.Float32])],
        [file.Template($"{kernel}<{{0}}, false, true, 3{shape}>", [ElementKind.Float32])],
    ];
}
