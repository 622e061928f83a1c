// y[i][j] = sum_s scale_a[i][s] * scale_b[j / 128][s] * (sum over k of stage s of a[i][k] * b[j][k]) + bias[j] for 8-bit floats a and
// b, row-major, of either format each: a dense layer whose inputs have a scale for each row and 128 steps of k, a stage, and whose
// weights have one for each block of 128 by 128 elements. Everything is summed and scaled in float; y is rounded once.
//
// Moves m*k + n*k bytes, m*n elements and (m + n/128) * k/128 scales at least and computes 2*m*n*k operations. One block of 256 threads
// makes a 64x64 tile of y (common/tile_product.cuh), stage by stage; the tiles lie along the grid's x, rows of tiles first.
#include "common/block_scales.cuh"
#include "common/matrix_rows.cuh"
#include "common/quantized_store.cuh"
#include "common/tile_product.cuh"

template <class T, class A, class B>
__global__ void __launch_bounds__(kTileThreads) block_scaled_gemm(
    T* y,                          // [m, n]
    const A* a,                    // [m, k]
    const B* b,                    // [n, k]
    const float* scale_a,          // [m, ceil(k / 128)]
    const float* scale_b,          // [ceil(n / 128), ceil(k / 128)]
    const T* bias, bool has_bias,  // [n]
    i64 m, i64 n, i64 k) {
  static_assert(kScaleBlock % kSlice == 0 && kScaleBlock % kTile == 0, "a stage is made of slices, a tile has one scale of b");
  const i64 tiles_across = (n + kTile - 1) / kTile, stages = (k + kScaleBlock - 1) / kScaleBlock;
  const i64 first_row = blockIdx.x / tiles_across * kTile, first_column = blockIdx.x % tiles_across * kTile;
  const MatrixRows<false, A> left{a, m, k, k, 1};
  const MatrixRows<false, B> right{b, n, k, k, 1};
  const BlockScales scales{scale_a, scale_b, m, stages};
  float sum[kPiece][kPiece] = {};
  for (i64 stage = 0; stage < stages; ++stage) {
    const i64 begin = stage * kScaleBlock, end = begin + kScaleBlock < k ? begin + kScaleBlock : k;
    float part[kPiece][kPiece] = {};
    multiply_tile(part, left, right, first_row, first_column, begin, end);
    const auto factors = scales.at<kPiece, 1>(first_row + threadIdx.x / (kTile / kPiece) * kPiece, first_column, stage);
#pragma unroll
    for (int i = 0; i < kPiece; ++i) {
#pragma unroll
      for (int j = 0; j < kPiece; ++j) sum[i][j] = factors.add(sum[i][j], part[i][j], i);
    }
  }
  const QuantizedStore<T, ProductBias<T>> store{y, n, {bias, has_bias}};
  store_tile(sum, first_row, first_column, m, n, [&](i64 row, i64 column, float value) { store.element(row, column, value); });
}
