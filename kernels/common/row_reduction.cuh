// Sums, sums of squares and largest elements of the rows of a product, by the kernel that makes it: of the elements as they are
// written. A row of a tile is reduced in a thread's registers and then among the lanes that share it, and each part of the columns has
// a row in `parts` [parts, rows] to leave the results in, which row_reduction.cu joins; there are no atomics, so that the same input
// gives the same bits. The parts are as wide as a tile, or by mma.sync and by
// large tiles on the ordinary units as a warp's part of it.
#pragma once
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"
#include "common/matrix_problem.cuh"
#include "common/row_end.cuh"
#include "common/scaled_store.cuh"

// A reduction: what no elements, one and two parts of a row are reduced to.
struct NoRows {
  static constexpr bool kReduces = false;
};
struct RowSum {
  static constexpr bool kReduces = true;
  template <class C> __device__ __forceinline__ static C identity() { return C(0); }
  template <class C> __device__ __forceinline__ static C enter(C x) { return x; }
  template <class C> __device__ __forceinline__ static C combine(C a, C b) { return a + b; }
};
struct RowSumOfSquares : RowSum {
  template <class C> __device__ __forceinline__ static C enter(C x) { return x * x; }
};
struct RowMaximum : RowSum {
  template <class C> __device__ __forceinline__ static C identity() { return -infinity<C>(); }
  template <class C> __device__ __forceinline__ static C combine(C a, C b) { return math::maximum(a, b); }
};

// A store whose element() and pair() return what they have written, and that reduces it.
template <class R, class Store, class C> struct RowReducingStore {
  Store store;
  C* parts;     // of the store's matrix
  i64 rows;     // between parts
  i64 height;   // rows of a matrix
  mutable C so_far;

  __device__ __forceinline__ RowReducingStore of(i64 matrix) const { return {store.of(matrix), parts + matrix * height, rows, height, R::template identity<C>()}; }

  template <class Product> __device__ __forceinline__ void element(i64 row, i64 column, const Product& product) const {
    so_far = R::combine(so_far, R::enter(up(store.element(row, column, product))));
  }

  template <class Product> __device__ __forceinline__ void pair(i64 row, i64 column, const Product& first, const Product& second) const {
    const auto y = store.pair(row, column, first, second);
    so_far = R::combine(so_far, R::combine(R::enter(up(y.first)), R::enter(up(y.second))));
  }
};

template <int LaneBits, class R, class Store, class C>
__device__ __forceinline__ void end_row(const RowReducingStore<R, Store, C>& store, i64 row, i64 part, bool is_inside) {
  C all = store.so_far;
  store.so_far = R::template identity<C>();
#pragma unroll
  for (int bit = 16; bit > 0; bit /= 2) {
    if ((LaneBits & bit) != 0) all = R::combine(all, __shfl_xor_sync(kAllLanes, all, bit));
  }
  if (is_inside && (threadIdx.x & LaneBits) == 0) store.parts[part * store.rows + row] = all;
}

// What a store writes from registers by: itself, or what is in it of one that may leave through shared memory (common/tensor_store.cuh).
template <class Store> __device__ __forceinline__ Store register_store(const Store& store) { return store; }

// The store of a product whose rows are to be reduced to `parts`, or not.
template <class R, class Store, class C> __device__ __forceinline__ auto with_rows(const Store& store, const MatrixProblem& p, C* parts, i64 rows) {
  if constexpr (R::kReduces) {
    auto written = register_store(store);
    return RowReducingStore<R, decltype(written), C>{written, parts, rows, p.m, R::template identity<C>()};
  } else {
    return store;
  }
}
