// C = alpha * op(A) * op(B) + beta * C, row-major, batched, where op transposes or not. Any m, n, k; any leading dimensions.
//
// Moves (m*k + k*n + m*n) elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 64x64 tile of C
// (common/tile_product.cuh). The tiles of one matrix lie along the grid's x (rows of tiles first), the matrices of a batch along
// y. Sums are formed in sum_t: float for 16-bit floats, rounded once at the end.
#include "common/matrix_rows.cuh"
#include "common/tile_product.cuh"

template <class T, bool TransposeA, bool TransposeB>
__global__ void __launch_bounds__(kTileThreads) matmul_simt(
    T* c,            // [batch, m, n], rows ldc apart
    const T* a,      // [batch, m, k], or [batch, k, m] when transposed; rows lda apart
    const T* b,      // [batch, k, n], or [batch, n, k] when transposed; rows ldb apart
    i64 m, i64 n, i64 k, i64 lda, i64 ldb, i64 ldc,
    i64 batch, i64 batch_a, i64 batch_b, i64 batch_c,  // matrices, and the steps between them
    compute_t<T> alpha, compute_t<T> beta) {
  const i64 tiles_across = (n + kTile - 1) / kTile;
  const i64 first_row = blockIdx.x / tiles_across * kTile;
  const i64 first_column = blockIdx.x % tiles_across * kTile;
  for (i64 matrix = blockIdx.y; matrix < batch; matrix += gridDim.y) {
    sum_t<T> sum[kPiece][kPiece] = {};
    const MatrixRows<TransposeA, T> left{a + matrix * batch_a, m, k, TransposeA ? 1 : lda, TransposeA ? lda : 1};
    const MatrixRows<!TransposeB, T> right{b + matrix * batch_b, n, k, TransposeB ? ldb : 1, TransposeB ? 1 : ldb};
    multiply_tile(sum, left, right, first_row, first_column, 0, k);
    T* out = c + matrix * batch_c;
    store_tile(sum, first_row, first_column, m, n, [=](i64 row, i64 column, sum_t<T> value) {
      T* element = out + row * ldc + column;
      // beta = 0 must not read C: it may hold anything, NaN included.
      const sum_t<T> scaled = (sum_t<T>)alpha * value;
      *element = down<T>((compute_t<T>)(beta == compute_t<T>(0) ? scaled : scaled + (sum_t<T>)beta * (sum_t<T>)up(*element)));
    });
  }
}
