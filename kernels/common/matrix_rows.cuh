// A matrix in memory as an operand of a tile (common/tile_product.cuh).
#pragma once
#include "common/compute.cuh"

// The rows of an operand whose element (row, k) stands at row * row_step + k * k_step, one of which is 1.
template <bool RowsAreDense, class T> struct MatrixRows {
  static constexpr bool kRowsAreDense = RowsAreDense;
  const T* x;
  i64 rows, k, row_step, k_step;

  __device__ __forceinline__ i64 row(i64 r) const { return r < rows ? r : -1; }
  __device__ __forceinline__ sum_t<T> at(i64 row, i64 step) const {
    return row >= 0 && step < k ? (sum_t<T>)up(x[row * row_step + step * k_step]) : sum_t<T>(0);
  }
};
