// Kernels that give the sums of a tile to a store (common/scaled_store.cuh) tell it when a row ends: end_row<LaneBits>(store, row, part,
// is_inside) after a thread's elements of a row, by all threads of a warp at once. Lanes that differ in those bits alone have elements of
// the same row, those of the `part`-th piece of its columns; is_inside says that the piece lies within the matrix. Stores that reduce rows
// (common/row_reduction.cuh) make use of it.
#pragma once
#include "common/numeric.cuh"

template <int LaneBits, class Store> __device__ __forceinline__ void end_row(const Store&, i64, i64, bool) {}
