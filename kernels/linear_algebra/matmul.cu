// C = alpha * op(A) * op(B) + beta * C, row-major, batched, where op transposes or not. Any m, n, k; any leading dimensions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. In matmul_simt one block of 256 threads makes a 64x64 tile
// of C (common/simt_product.cuh), in matmul_staged, of float and double and from sm_80 on, one of 128 threads a tile of 128x128 floats or
// 128x64 doubles (common/staged_product.cuh), which needs k of four slices: 25 or 13 at least. The tiles of one matrix lie along the
// grid's x, the matrices of a batch along y. Sums are formed in sum_t: float for 16-bit floats, rounded once at the end.
#include "common/scaled_store.cuh"
#include "common/simt_product.cuh"
#include "common/staged_product.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(kTileThreads) matmul_simt(
    T* c,        // [batch, m, n]
    const T* a,  // [batch, m, k], or [batch, k, m] when transposed
    const T* b,  // [batch, k, n], or [batch, n, k] when transposed
    MatrixProblem problem, compute_t<T> alpha, compute_t<T> beta) {
  simt_product<TransposeA, TransposeB>(a, b, problem, ScaledStore<T>(c, problem, alpha, beta));
}

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(128, 2) matmul_staged(
    T* c,        // [batch, m, n]
    const T* a,  // [batch, m, k], or [batch, k, m] when transposed
    const T* b,  // [batch, k, n], or [batch, n, k] when transposed
    MatrixProblem problem, T alpha, T beta) {
#if __CUDA_ARCH__ >= 800
  staged_product<TransposeA, TransposeB>(a, b, problem, ScaledStore<T>(c, problem, alpha, beta));
#else
  __trap();  // the host refuses it
#endif
}
