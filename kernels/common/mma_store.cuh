// How the sums of a tile on tensor cores by mma.sync (common/mma_tile.cuh) leave a warp's registers: to a store, which says what becomes
// of an element (common/scaled_store.cuh, common/fused_store.cuh), or as the fragments that they are (common/part_sums.cuh).
#pragma once
#include "common/mma_tile.cuh"
#include "common/part_sums.cuh"
#include "common/row_end.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// Gives what lies within rows x columns to store.pair(row, column, x, y), two elements side by side, the first in an even column, or
// to store.element(row, column, x). A warp's part may be narrower than in the sums of a tile.
template <class Sum, int Across, class Store>
__device__ __forceinline__ void store_mma_tile(const Sum (&sums)[kWarpRows / 16][Across][4], i64 first_row, i64 first_column, i64 rows, i64 columns, const Store& store) {
  const int lane = threadIdx.x % 32;
  const i64 warp_column = first_column + mma_warp_column() / kWarpColumns * (8 * Across);
#pragma unroll
  for (int r = 0; r < kWarpRows / 8; ++r) {
    const i64 row = first_row + mma_warp_row() + 8 * r + lane / 4;
#pragma unroll
    for (int c = 0; c < Across; ++c) {
      const i64 column = warp_column + 8 * c + 2 * (lane % 4);
      const Sum x = sums[r / 2][c][r % 2 * 2], y = sums[r / 2][c][r % 2 * 2 + 1];
      if (row < rows && column + 1 < columns) {
        store.pair(row, column, x, y);
      } else if (row < rows && column < columns) {
        store.element(row, column, x);
      }
    }
    end_row<3>(store, row, warp_column / (8 * Across), row < rows && warp_column < columns);
  }
}

// Leaves them to another kernel to add, in the fragments that they are.
template <int Across>
__device__ __forceinline__ void store_mma_tile(
    const float (&sums)[kWarpRows / 16][Across][4], i64 first_row, i64 first_column, i64 rows, i64 columns, const PartSums& store) {
  const i64 warp_column = first_column + mma_warp_column() / kWarpColumns * (kPartColumns * Across);
#pragma unroll
  for (int r = 0; r < kWarpRows / kPartRows; ++r) {
    const i64 row = first_row + mma_warp_row() + kPartRows * r;
    float4* to = store.lane(row, warp_column);
#pragma unroll
    for (int c = 0; c < Across; ++c) {
      if (row < rows && warp_column + kPartColumns * c < columns) to[32 * c] = float4{sums[r][c][0], sums[r][c][1], sums[r][c][2], sums[r][c][3]};
    }
  }
}
#endif
