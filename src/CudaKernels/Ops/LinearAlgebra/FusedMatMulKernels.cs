using System.Globalization;
using System.Numerics;
using System.Text;

namespace CudaKernels;

/// <summary>The kernels of a matrix product whose sums go through an expression.</summary>
internal sealed unsafe class FusedMatMulKernels(string text, ElementKind kind) : IDisposable
{
    private const string File = "linear_algebra/fused_matmul.cu";
    private static readonly ElementKind[] s_halves = [ElementKind.Float16, ElementKind.BFloat16];

    // The text of one expression, which the catalog checks; every expression has kernels of these names.
    private static readonly KernelFile s_file = Declare();

    private readonly RuntimeKernels _kernels = new(File, text, typeof(FusedMatMul<>));
    private readonly string[] _simt = Names(kind, "simt", "");
    private readonly string[][] _mma = [Names(kind, "mma", ", 0"), Names(kind, "mma", ", 1"), Names(kind, "mma", ", 3")];
    private readonly Dictionary<MatMulAlgorithm, string[]> _wgmma = WgmmaShape.Algorithms.ToDictionary(algorithm => algorithm, algorithm => Names(kind, "wgmma", Shape(algorithm)));

    public string Text => _kernels.Text;

    /// <summary>The CUDA C++ of <c>fused_matmul_simt</c>, <c>fused_matmul_mma</c> and <c>fused_matmul_wgmma</c>.</summary>
    /// <param name="program">The expression; its first input is the product.</param>
    public static string Write<T>(FusedProgram<T> program) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var inputs = program.Inputs - 1;
        var parameters = inputs == 0 ? "" : ", " + program.InputNames("const T* ", first: 1);
        var names = inputs == 0 ? "" : ", " + program.InputNames("", first: 1);
        var elements = string.Concat(Enumerable.Range(0, inputs).Select(i => string.Create(CultureInfo.InvariantCulture, $", x[{i}]")));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"// y = f({program.InputNames("")}), x0 = op(A) * op(B): an expression f of the product that is computed before it is rounded and written, as FusedMatMul\n");
        text.Append("// writes it. The steps of the further operands tell where they are broadcast.\n");
        text.Append("#include \"common/fused_store.cuh\"\n#include \"common/mma_product.cuh\"\n#include \"common/simt_product.cuh\"\n#include \"common/wgmma_product.cuh\"\n");
        text.Append(program.Includes).Append('\n').Append(program.Functor).Append('\n');
        text.Append("struct Epilogue {\n");
        text.Append(CultureInfo.InvariantCulture, $"  template <class C> __device__ __forceinline__ static C of(C product, const C* x) {{ return Fused{{}}(product{elements}); }}\n}};\n");
        text.Append(CultureInfo.InvariantCulture, $"template <class T> using Store = FusedStore<T, Epilogue, {inputs}>;\n\n");
        text.Append("template <class T, bool TransposeA, bool TransposeB>\n");
        text.Append(CultureInfo.InvariantCulture, $"__global__ void __launch_bounds__(256) fused_matmul_simt(T* y, const T* a, const T* b, MatrixProblem problem, FusedSteps steps{parameters}) {{\n");
        text.Append(CultureInfo.InvariantCulture, $"  simt_product<TransposeA, TransposeB>(a, b, problem, Store<T>(y, problem, steps{names}));\n}}\n\n");
        text.Append("template <class T, bool TransposeA, bool TransposeB, int Products>\n");
        text.Append(CultureInfo.InvariantCulture, $"__global__ void __launch_bounds__(256) fused_matmul_mma(T* y, const T* a, const T* b, MatrixProblem problem, FusedSteps steps{parameters}) {{\n");
        text.Append("#if __CUDA_ARCH__ >= 800\n");
        text.Append(CultureInfo.InvariantCulture, $"  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(a, b, problem, Store<T>(y, problem, steps{names}), problem.k);\n");
        text.Append("#else\n  __trap();  // the host refuses it\n#endif\n}\n\n");
        text.Append("template <class T, bool TransposeA, bool TransposeB, int Columns, int Blocks, bool Pingpong>\n");
        text.Append("__global__ void __launch_bounds__(384, 1) fused_matmul_wgmma(\n");
        text.Append(CultureInfo.InvariantCulture, $"    T* y, const __grid_constant__ ptx::TensorMap map_a, const __grid_constant__ ptx::TensorMap map_b, MatrixProblem problem, FusedSteps steps{parameters},\n    const __grid_constant__ ptx::TensorMap map_y, bool has_map_y) {{\n");
        text.Append("#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)\n");
        text.Append(CultureInfo.InvariantCulture, $"  wgmma_product<WgmmaMath<T, Columns>, Blocks, TransposeA, TransposeB, typename WgmmaScheduleOf<Pingpong>::type>(map_a, map_b, problem, TensorStores<Store<T>>{{Store<T>(y, problem, steps{names}), &map_y, has_map_y}});\n");
        text.Append("#else\n  __trap();  // the host refuses it\n#endif\n}\n");
        return text.ToString();
    }

    /// <summary>The kernel of an algorithm, which is not cuBLAS.</summary>
    public CudaKernel Get(CudaDevice device, MatMulAlgorithm algorithm, MatMulPrecision precision, bool transposeA, bool transposeB)
    {
        var names = algorithm switch
        {
            MatMulAlgorithm.TensorCore => _mma[(int)precision],
            _ when _wgmma.TryGetValue(algorithm, out var wgmma) => wgmma,
            _ => _simt,
        };
        return _kernels.Get(device, names[(transposeA ? 2 : 0) + (transposeB ? 1 : 0)]);
    }

    public void ThrowIfDisposed() => _kernels.ThrowIfDisposed();

    public void Dispose() => _kernels.Dispose();

    private static KernelFile Declare()
    {
        var file = new KernelFile(File);
        file.Template("fused_matmul_simt<{0}, false, true>", ElementTypes.Floating);
        file.Template("fused_matmul_mma<{0}, false, true, 0>", s_halves);
        file.Template("fused_matmul_mma<{0}, false, true, 1>", [ElementKind.Float32]);
        file.Template("fused_matmul_mma<{0}, false, true, 3>", [ElementKind.Float32]);
        file.Template($"fused_matmul_wgmma<{{0}}, false, true{Shape(MatMulAlgorithm.Wgmma)}>", [.. s_halves, ElementKind.Float32]);
        file.Template($"fused_matmul_wgmma<{{0}}, false, true{Shape(MatMulAlgorithm.WgmmaCluster)}>", [ElementKind.BFloat16]);
        file.Template($"fused_matmul_wgmma<{{0}}, false, true{Shape(MatMulAlgorithm.WgmmaPingpong)}>", [ElementKind.BFloat16]);
        return file;
    }

    private static string Shape(MatMulAlgorithm algorithm) => ", " + WgmmaShape.Of(algorithm)!.Value.TemplateArguments;

    private static string[] Names(ElementKind kind, string way, string more)
    {
        var type = ElementTypes.CudaName(kind);
        return [$"fused_matmul_{way}<{type}, false, false{more}>", $"fused_matmul_{way}<{type}, false, true{more}>", $"fused_matmul_{way}<{type}, true, false{more}>", $"fused_matmul_{way}<{type}, true, true{more}>"];
    }
}
