// C = alpha * op(A) * op(B) + beta * C of 16-bit floats on tensor cores by mma.sync, sm_80 and above: the product of matmul.cu, any
// m, n, k, leading dimensions and transpositions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 128x128 tile of C
// (common/mma_tile.cuh). The tiles of one matrix lie along the grid's x in the order of common/tile_order.cuh, the matrices of a
// batch along y. An operand whose rows start at multiples of 16 bytes is loaded by cp.async; another one element by element, which
// is slower. Sums are formed in float and rounded once.
#include "common/mma_tile.cuh"
#include "common/scaled_store.cuh"
#include "common/tile_order.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(256) matmul_mma(
    T* c,            // [gridDim.y, m, n], rows ldc apart
    const T* a,      // [gridDim.y, m, k], or [gridDim.y, k, m] when transposed; rows lda apart
    const T* b,      // [gridDim.y, k, n], or [gridDim.y, n, k] when transposed; rows ldb apart
    i64 m, i64 n, i64 k, i64 lda, i64 ldb, i64 ldc,
    i64 batch_a, i64 batch_b, i64 batch_c,  // the steps between the matrices
    float alpha, float beta) {
#if __CUDA_ARCH__ >= 800
  static_assert(kMmaThreads == 256, "the launcher starts 256 threads");
  using A = MmaOperand<T, TransposeA>;
  using B = MmaOperand<T, !TransposeB>;
  extern __shared__ __align__(128) u8 stages[];
  const i64 down = (m + kMmaTile - 1) / kMmaTile;
  const TilePlace tile = tile_place(blockIdx.x, down, gridDim.x / down);
  const i64 first_row = tile.row * kMmaTile, first_column = tile.column * kMmaTile;
  MmaSums sums = {};
  multiply_mma_tile<T>(sums, stages, A(a + blockIdx.y * batch_a, m, k, lda), B(b + blockIdx.y * batch_b, n, k, ldb), first_row, first_column, m, n, k);
  store_mma_tile(sums, first_row, first_column, m, n, ScaledStore<T>(c + blockIdx.y * batch_c, ldc, alpha, beta));
#else
  __trap();  // the host refuses it
#endif
}
