using System.Globalization;

namespace CudaKernels;

/// <summary>The kernels of a matrix product whose sums go through an expression.</summary>
/// <param name="form">How many products there are.</param>
/// <param name="text">The text of the expression.</param>
/// <param name="kind">The element type.</param>
internal sealed class FusedMatMulKernels(FusedMatMulForm form, string text, ElementKind kind) : IDisposable
{
    private static readonly ElementKind[] s_halves = [ElementKind.Float16, ElementKind.BFloat16];

    // The texts of one expression each, which the catalog checks; every expression has kernels of these names.
    private static readonly KernelFile[] s_files = [Declare(FusedMatMulForm.Plain), Declare(FusedMatMulForm.Gated)];

    private readonly RuntimeKernels _kernels = new(form.Path, text, form == FusedMatMulForm.Gated ? typeof(GatedMatMul<>) : typeof(FusedMatMul<>));
    private readonly string[] _simt = Names(form, kind, "simt", "");
    private readonly string[][] _mma = [Names(form, kind, "mma", ", 0"), Names(form, kind, "mma", ", 1"), Names(form, kind, "mma", ", 3")];
    private readonly WgmmaTable<string[]> _wgmma = new(shape => Names(form, kind, "wgmma", Shape(shape)));

    public string Text => _kernels.Text;

    /// <summary>The kernel of an algorithm, which is not cuBLAS.</summary>
    public CudaKernel Get(CudaDevice device, MatMulAlgorithm algorithm, MatMulPrecision precision, bool transposeA, bool transposeB)
    {
        var names = algorithm switch
        {
            MatMulAlgorithm.TensorCore => _mma[(int)precision],
            _ when WgmmaShape.Of(algorithm) is not null => _wgmma[algorithm],
            _ => _simt,
        };
        return _kernels.Get(device, names[(transposeA ? 2 : 0) + (transposeB ? 1 : 0)]);
    }

    public void ThrowIfDisposed() => _kernels.ThrowIfDisposed();

    public void Dispose() => _kernels.Dispose();

    private static KernelFile Declare(FusedMatMulForm form)
    {
        var file = new KernelFile(form.Path);
        file.Template($"{form.Name}_simt<{{0}}, false, true>", ElementTypes.Floating);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 0>", s_halves);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 1>", [ElementKind.Float32]);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 3>", [ElementKind.Float32]);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.Wgmma)!.Value)}>", [.. s_halves, ElementKind.Float32]);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value)}>", [ElementKind.BFloat16]);
        return file;
    }

    private static string Shape(WgmmaShape shape) => string.Create(CultureInfo.InvariantCulture, $", {shape.Columns}, {shape.Blocks}");

    private static string[] Names(FusedMatMulForm form, ElementKind kind, string way, string more)
    {
        var (start, type) = ($"{form.Name}_{way}", ElementTypes.CudaName(kind));
        return [$"{start}<{type}, false, false{more}>", $"{start}<{type}, false, true{more}>", $"{start}<{type}, true, false{more}>", $"{start}<{type}, true, true{more}>"];
    }
}
