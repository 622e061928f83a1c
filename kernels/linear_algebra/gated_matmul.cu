// y = f(x0, x1, x2), x0 = op(A) * op(Gate), x1 = op(A) * op(Up): an expression f of two products of A, which is read once, as GatedMatMul writes
// it: both weights lie by the same steps, those of B in the problem, whose columns are the result's.
// The steps of the further operands tell where they are broadcast. Rows may be reduced beside it: what parts of them are reduced to
// goes to `parts`, [parts of a row, rows] of the whole batch.
#include "common/fused_store.cuh"
#include "common/gated_product.cuh"
#include "common/row_reduction.cuh"
#include "elementwise/add.cu"
#include "elementwise/multiply.cu"
#include "elementwise/silu.cu"

struct Fused {
  template <class C> __device__ __forceinline__ C operator()(C x0, C x1, C x2) const {
    const C v0 = Add{}(x0, x2);
    const C v1 = Silu{}(v0);
    const C v2 = Multiply{}(v1, x1);
    return v2;
  }
};

struct Epilogue {
  template <class C> __device__ __forceinline__ static C of(const GatedProducts<C>& products, const C* x) { return Fused{}(products.gate, products.up, x[0]); }
};
template <class T> using Store = FusedStore<T, Epilogue, 1>;

template <class T, bool TransposeA, bool TransposeB, class Rows>
__global__ void __launch_bounds__(256) gated_matmul_simt(
    T* y, const T* a, const T* gate, const T* up, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x2) {
  gated_simt_product<TransposeA, TransposeB>(a, gate, up, problem, with_rows<Rows>(Store<T>(y, problem, steps, x2), problem, parts, rows));
}

template <class T, bool TransposeA, bool TransposeB, class Rows>
__global__ void __launch_bounds__(128, 2) gated_matmul_staged(
    T* y, const T* a, const T* gate, const T* up, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x2) {
#if __CUDA_ARCH__ >= 800
  gated_staged_product<TransposeA, TransposeB>(a, gate, up, problem, with_rows<Rows>(Store<T>(y, problem, steps, x2), problem, parts, rows));
#else
  __trap();  // the host refuses it
#endif
}

template <class T, bool TransposeA, bool TransposeB, int Products, class Rows>
__global__ void __launch_bounds__(256) gated_matmul_mma(
    T* y, const T* a, const T* gate, const T* up, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x2) {
#if __CUDA_ARCH__ >= 800
  gated_mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(
      a, gate, up, problem, with_rows<Rows>(Store<T>(y, problem, steps, x2), problem, parts, rows), problem.k);
#else
  __trap();  // the host refuses it
#endif
}

template <class T, bool TransposeA, bool TransposeB, int Columns, int Blocks, bool Pingpong, class Rows>
__global__ void __launch_bounds__(384, 1) gated_matmul_wgmma(
    T* y, const __grid_constant__ ptx::TensorMap map_a, const __grid_constant__ ptx::TensorMap map_gate, const __grid_constant__ ptx::TensorMap map_up,
    MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x2) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  gated_wgmma_product<WgmmaMath<T, Columns>, Blocks, TransposeA, TransposeB, typename WgmmaScheduleOf<Pingpong>::type>(
      map_a, map_gate, map_up, problem, with_rows<Rows>(Store<T>(y, problem, steps, x2), problem, parts, rows));
#else
  __trap();  // the host refuses it
#endif
}
