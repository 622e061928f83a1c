// y = f(x0, x1, x2), x0 = op(A) * op(B): an expression f of the product that is computed before it is rounded and written, as FusedMatMul
// writes it.
// The steps of the further operands tell where they are broadcast. Rows may be reduced beside it: what parts of them are reduced to
// goes to `parts`, [parts of a row, rows] of the whole batch.
#include "common/fused_store.cuh"
#include "common/mma_product.cuh"
#include "common/row_reduction.cuh"
#include "common/simt_product.cuh"
#include "common/staged_product.cuh"
#include "common/wgmma_product.cuh"
#include "elementwise/add.cu"
#include "elementwise/gelu.cu"

struct Fused {
  template <class C> __device__ __forceinline__ C operator()(C x0, C x1, C x2) const {
    const C v0 = Add{}(x0, x1);
    const C v1 = Gelu{}(v0);
    const C v2 = Add{}(v1, x2);
    return v2;
  }
};

struct Epilogue {
  template <class C> __device__ __forceinline__ static C of(C product, const C* x) { return Fused{}(product, x[0], x[1]); }
};
template <class T> using Store = FusedStore<T, Epilogue, 2>;

template <class T, bool TransposeA, bool TransposeB, class Rows>
__global__ void __launch_bounds__(256) fused_matmul_simt(
    T* y, const T* a, const T* b, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x1, const T* x2) {
  simt_product<TransposeA, TransposeB>(a, b, problem, with_rows<Rows>(Store<T>(y, problem, steps, x1, x2), problem, parts, rows));
}

template <class T, bool TransposeA, bool TransposeB, class Rows>
__global__ void __launch_bounds__(128, 2) fused_matmul_staged(
    T* y, const T* a, const T* b, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x1, const T* x2) {
#if __CUDA_ARCH__ >= 800
  staged_product<TransposeA, TransposeB>(a, b, problem, with_rows<Rows>(Store<T>(y, problem, steps, x1, x2), problem, parts, rows));
#else
  __trap();  // the host refuses it
#endif
}

template <class T, bool TransposeA, bool TransposeB, int Products, class Rows>
__global__ void __launch_bounds__(256) fused_matmul_mma(
    T* y, const T* a, const T* b, MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x1, const T* x2) {
#if __CUDA_ARCH__ >= 800
  mma_product<typename MmaMathOf<T, Products>::type, TransposeA, TransposeB>(
      a, b, problem, with_rows<Rows>(Store<T>(y, problem, steps, x1, x2), problem, parts, rows), problem.k);
#else
  __trap();  // the host refuses it
#endif
}

template <class T, bool TransposeA, bool TransposeB, int Columns, int Blocks, bool Pingpong, class Rows>
__global__ void __launch_bounds__(384, 1) fused_matmul_wgmma(
    T* y, const __grid_constant__ ptx::TensorMap map_a, const __grid_constant__ ptx::TensorMap map_b,
    MatrixProblem problem, FusedSteps steps, compute_t<T>* parts, i64 rows, const T* x1, const T* x2,
    const __grid_constant__ ptx::TensorMap map_y, bool has_map_y) {
#if (defined(CK_EMU) && __CUDA_ARCH__ >= 900) || defined(__CUDA_ARCH_FEAT_SM90_ALL)
  wgmma_product<WgmmaMath<T, Columns>, Blocks, TransposeA, TransposeB, typename WgmmaScheduleOf<Pingpong>::type>(
      map_a, map_b, problem, with_rows<Rows>(TensorStores<Store<T>>{Store<T>(y, problem, steps, x1, x2), &map_y, has_map_y}, problem, parts, rows));
#else
  __trap();  // the host refuses it
#endif
}
