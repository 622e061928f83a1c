namespace CudaKernels;

/// <summary>The kernels of matmul_wgmma.cu for one shape of tiles; those of other shapes are not compiled with them.</summary>
internal sealed class WgmmaKernels(WgmmaShape shape)
{
    private readonly KernelTemplate[][] _layouts = Declare(new KernelFile(Path), shape.TemplateArguments);

    /// <summary>The kernel file.</summary>
    public const string Path = "linear_algebra/matmul_wgmma.cu";

    /// <summary>The kernel of an algorithm by wgmma.</summary>
    public KernelTemplate Get(bool transposeA, bool transposeB, MatMulPrecision precision)
    {
        var templates = _layouts[(int)precision];
        return templates.Length == 1 ? templates[0] : templates[(transposeA ? 2 : 0) + (transposeB ? 1 : 0)];
    }

    // Of floats wgmma takes rows of k alone.
    private static KernelTemplate[][] Declare(KernelFile file, string shape) =>
    [
        MatMulChoice.Templates(file, (a, b) => $"matmul_wgmma<{{0}}, {a}, {b}, 0, {shape}>", MatMulChoice.TensorCoreKinds),
        [file.Template($"matmul_wgmma<{{0}}, false, true, 1, {shape}>", [ElementKind.Float32])],
        [file.Template($"matmul_wgmma<{{0}}, false, true, 3, {shape}>", [ElementKind.Float32])],
    ];
}
