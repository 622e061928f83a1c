
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
    private readonly Expressions _simt = new(form, kind, "simt", "");
    private readonly Expressions _staged = new(form, kind, "staged", "");
    private readonly Expressions[] _mma = [new(form, kind, "mma", ", 0"), new(form, kind, "mma", ", 1"), new(form, kind, "mma", ", 3")];
    private readonly WgmmaTable<Expressions> _wgmma = new(shape => new(form, kind, "wgmma", Shape(shape)));

    public string Text => _kernels.Text;

    /// <summary>The kernel of an algorithm, which is not cuBLAS, and of that on the ordinary units the one with large tiles or with small ones.</summary>
    public CudaKernel Get(CudaDevice device, MatMulAlgorithm algorithm, bool isStaged, MatMulPrecision precision, bool transposeA, bool transposeB, RowReduction? reduction)
    {
        var expressions = algorithm switch
        {
            MatMulAlgorithm.TensorCore => _mma[(int)precision],
            _ when WgmmaShape.Of(algorithm) is not null => _wgmma[algorithm],
            _ => isStaged ? _staged : _simt,
        };
        return _kernels.Get(device, expressions.Get(transposeA, transposeB, reduction));
    }

    public void ThrowIfDisposed() => _kernels.ThrowIfDisposed();

    public void Dispose() => _kernels.Dispose();

    private static KernelFile Declare(FusedMatMulForm form)
    {
        var file = new KernelFile(form.Path);
        file.Template($"{form.Name}_simt<{{0}}, false, true, NoRows>", ElementTypes.Floating);
        file.Template($"{form.Name}_simt<{{0}}, false, true, RowSumOfSquares>", ElementTypes.Floating);
        file.Template($"{form.Name}_staged<{{0}}, false, true, NoRows>", MatMulChoice.StagedKinds);
        file.Template($"{form.Name}_staged<{{0}}, false, true, RowSumOfSquares>", MatMulChoice.StagedKinds);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 0, NoRows>", s_halves);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 0, RowMaximum>", s_halves);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 1, NoRows>", [ElementKind.Float32]);
        file.Template($"{form.Name}_mma<{{0}}, false, true, 3, NoRows>", [ElementKind.Float32]);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.Wgmma)!.Value)}, NoRows>", [.. s_halves, ElementKind.Float32]);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.Wgmma)!.Value)}, RowSumOfSquares>", s_halves);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.WgmmaCluster)!.Value)}, NoRows>", [ElementKind.BFloat16]);
        file.Template($"{form.Name}_wgmma<{{0}}, false, true{Shape(WgmmaShape.Of(MatMulAlgorithm.WgmmaPingpong)!.Value)}, NoRows>", [ElementKind.BFloat16]);
        return file;
    }

    private static string Shape(WgmmaShape shape) => ", " + shape.TemplateArguments;

    /// <summary>The name expressions of a kernel, each made when it is first asked for.</summary>
    private sealed class Expressions(FusedMatMulForm form, ElementKind kind, string way, string more)
    {
        private static readonly int s_reductions = Enum.GetValues<RowReduction>().Length + 1;
        private readonly string?[] _made = new string?[4 * s_reductions];

        public string Get(bool transposeA, bool transposeB, RowReduction? reduction)
        {
            var index = ((transposeA ? 2 : 0) + (transposeB ? 1 : 0)) * s_reductions + (reduction is { } some ? (int)some + 1 : 0);
            return _made[index] ??= $"{form.Name}_{way}<{ElementTypes.CudaName(kind)}, {Text(transposeA)}, {Text(transposeB)}{more}, {RowReductionKernels.Name(reduction)}>";
        }

        private static string Text(bool value) => value ? "true" : "false";
    }
}
