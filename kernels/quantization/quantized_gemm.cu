// y[i][j] = scale_a * scale_b[j] * sum_k a[i][k] * b[j][k] + bias[j] for 8-bit integers a and b, row-major: a dense layer whose weights
// and inputs are quantised. The sums are exact in 32 bits; they are scaled in float (double for double) and rounded once.
//
// Moves m*k + n*k bytes and m*n elements at least and computes 2*m*n*k operations. One block of 256 threads makes a 64x64 tile of y
// (common/tile_product.cuh); the tiles lie along the grid's x, rows of tiles first.
#include "common/matrix_rows.cuh"
#include "common/quantization.cuh"
#include "common/tile_product.cuh"

template <class T>
__global__ void __launch_bounds__(kTileThreads) quantized_gemm(
    T* y,                                  // [m, n]
    const i8* a,                           // [m, k]
    const i8* b,                           // [n, k]
    const float* scale_a,                  // [1]
    const float* scale_b, i64 scale_step,  // [n], or [1] with a step of 0
    const T* bias, bool has_bias,          // [n]
    i64 m, i64 n, i64 k) {
  const i64 tiles_across = (n + kTile - 1) / kTile;
  const i64 first_row = blockIdx.x / tiles_across * kTile;
  const i64 first_column = blockIdx.x % tiles_across * kTile;
  const ProductScale<T> scale{scale_a, scale_b, scale_step, bias, has_bias};
  u32 sum[kPiece][kPiece] = {};
  multiply_tile(sum, MatrixRows<false, i8>{a, m, k, k, 1}, MatrixRows<false, i8>{b, n, k, k, 1}, first_row, first_column, 0, k);
  store_tile(sum, first_row, first_column, m, n, [=](i64 row, i64 column, u32 value) { y[row * n + column] = scale(value, column); });
}
