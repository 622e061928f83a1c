using System.Globalization;
using System.Numerics;

namespace CudaKernels;

/// <summary>What the kernels of a product with an epilogue make of A: a product, or two that are gated.</summary>
internal sealed class FusedMatMulForm
{
    private readonly string _products;
    private readonly string _note;
    private readonly string _include;
    private readonly string _epilogue;
    private readonly string _call;
    private readonly bool _hasResultMap;
    private readonly string[] _weights;

    private FusedMatMulForm(string name, string products, string note, string include, string epilogue, string call, bool hasResultMap, params string[] weights) =>
        (Name, _products, _note, _include, _epilogue, _call, _hasResultMap, _weights) = (name, products, note, include, epilogue, call, hasResultMap, weights);

    /// <summary>y = f(A·B, operands…).</summary>
    public static FusedMatMulForm Plain { get; } = new(
        "fused_matmul",
        "x0 = op(A) * op(B): an expression f of the product that is computed before it is rounded and written, as FusedMatMul",
        "writes it.",
        "#include \"common/fused_store.cuh\"\n#include \"common/mma_product.cuh\"\n#include \"common/row_reduction.cuh\"\n#include \"common/simt_product.cuh\"\n#include \"common/staged_product.cuh\"\n#include \"common/wgmma_product.cuh\"\n",
        "C product, const C* x) { return Fused{}(product",
        "",
        hasResultMap: true,
        "b");

    /// <summary>y = f(A·Gate, A·Up, operands…).</summary>
    public static FusedMatMulForm Gated { get; } = new(
        "gated_matmul",
        "x0 = op(A) * op(Gate), x1 = op(A) * op(Up): an expression f of two products of A, which is read once, as GatedMatMul writes",
        "it: both weights lie by the same steps, those of B in the problem, whose columns are the result's.",
        "#include \"common/fused_store.cuh\"\n#include \"common/gated_product.cuh\"\n#include \"common/row_reduction.cuh\"\n",
        "const GatedProducts<C>& products, const C* x) { return Fused{}(products.gate, products.up",
        "gated_",
        hasResultMap: false,
        "gate",
        "up");

    /// <summary>The kernels' names begin with it.</summary>
    public string Name { get; }

    /// <summary>The kernel file, with the text of one expression.</summary>
    public string Path => $"linear_algebra/{Name}.cu";

    /// <summary>The products that go into an expression.</summary>
    public int Products => _weights.Length;

    /// <summary>The CUDA C++ of the kernels on the ordinary units, with small tiles and with large ones, by mma.sync and by wgmma.</summary>
    /// <param name="program">The expression; its first inputs are the products.</param>
    public string Write<T>(FusedProgram<T> program) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var operands = program.Inputs - Products;
        var parameters = operands == 0 ? "" : ", " + program.InputNames("const T* ", first: Products);
        var names = operands == 0 ? "" : ", " + program.InputNames("", first: Products);
        var elements = string.Concat(Enumerable.Range(0, operands).Select(i => string.Create(CultureInfo.InvariantCulture, $", x[{i}]")));
        var weights = string.Concat(_weights.Select(name => $", const T* {name}"));
        var maps = string.Concat(_weights.Select(name => $", const __grid_constant__ ptx::TensorMap map_{name}"));
        var (arguments, mapArguments) = (string.Concat(_weights.Select(name => $", {name}")), string.Concat(_weights.Select(name => $", map_{name}")));
        var store = $"Store<T>(y, problem, steps{names})";
        var (result, wgmmaStore) = _hasResultMap
            ? (",\n    const __grid_constant__ ptx::TensorMap map_y, bool has_map_y", $"TensorStores<Store<T>>{{{store}, &map_y, has_map_y}}")
            : ("", store);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            // y = f({{program.InputNames("")}}), {{_products}}
            // {{_note}}
            // The steps of the further operands tell where they are broadcast. Rows may be reduced beside it: what parts of them are reduced to
            // goes to `parts`, [parts of a row, rows] of the whole batch.
            {{_include}}{{program.Includes}}
            {{program.Functor}}
            struct Epilogue {
              template <class C> __device__ __forceinline__ static C of({{_epilogue}}{{elements}}); }
            };
            template <class T> using Store = FusedStore<T, Epilogue, {{operands}}>;

            template <class T, bool TransposeA, bool TransposeB, class Rows>
            __global__ void __launch_bounds__(256) {{Name}}_simt(
                T* y, const T* a{{weights}}, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows{{parameters}}) {
              {{_call}}simt_product<TransposeA, TransposeB>(a{{arguments}}, problem, with_rows<Rows>({{store}}, problem, parts, rows));
            }

            template <class T, bool TransposeA, bool TransposeB, class Rows>
            __global__ void __launch_bounds__(128, 2) {{Name}}_staged(
                T* y, const T* a{{weights}}, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows{{parameters}}) {
            #if __CUDA_ARCH__ >= 800
              {{_call}}staged_product<TransposeA, TransposeB>(a{{arguments}}, problem, with_rows<Rows>({{store}}, problem, parts, rows));
            #else
              __trap();  // the host refuses it
            #endif
            }

            template <class T, bool TransposeA, bool TransposeB, int Products, class Rows>
            __global__ void __launch_bounds__(256) {{Name}}_mma(
                T* y, const T* a{{weights}}, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows{{parameters}}) {
            #if __CUDA_ARCH__ >= 800
              {{_call}}mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(
                  a{{arguments}}, problem, with_rows<Rows>({{store}}, problem, parts, rows), problem.k);
            #else
              __trap();  // the host refuses it
            #endif
            }

            template <class T, bool TransposeA, bool TransposeB, int Columns, int Blocks, bool Pingpong, class Rows>
            __global__ void __launch_bounds__(384, 1) {{Name}}_wgmma(
                T* y, const __grid_constant__ ptx::TensorMap map_a{{maps}},
                MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows{{parameters}}{{result}}) {
            #if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
              {{_call}}wgmma_product<WgmmaMath<T, Columns>, Blocks, TransposeA, TransposeB, typename WgmmaScheduleOf<Pingpong>::type>(
                  map_a{{mapArguments}}, problem, with_rows<Rows>({{wgmmaStore}}, problem, parts, rows));
            #else
              __trap();  // the host refuses it
            #endif
            }

            """);
    }
}
