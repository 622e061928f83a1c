// C = alpha * product + beta * C, an element or two of a row at once, by kernels that hold their sums in registers.
//
// Kernels that multiply matrices leave their sums to such a struct: of(matrix) is that of one matrix of a batch, which has
// element(row, column, sum), and pair(row, column, first, second) for two elements side by side, the first in an even column. Those of
// 16-bit results may also have value(row, column, sum), the element before it is rounded, for kernels that write it by themselves; kReads
// says whether that reads memory at the element's place.
//
// Where kIsByColumn, what a store makes of a sum depends on the column besides it. It has columns<Eights>(column, end) then, what it reads
// of columns (common/column_pairs.cuh), with value(i, sum) in the i-th of them, has(row), whether a row is one to store, and
// at(row, column), where an element lies.
#pragma once
#include "common/compute.cuh"
#include "common/matrix_problem.cuh"

template <class T> struct alignas(2 * sizeof(T)) TwoElements { T first, second; };

template <class Store> constexpr bool kIsByColumn = false;

// Whether two elements from an even column on lie at a multiple of their size, in every row.
template <class T> __device__ __forceinline__ bool has_pairs(const T* x, i64 pitch) { return ((u64)x | (u64)pitch * sizeof(T)) % (2 * sizeof(T)) == 0; }

template <class T> __device__ __forceinline__ void store_pair(T* to, bool in_pairs, T first, T second) {
  if (in_pairs) {
    *reinterpret_cast<TwoElements<T>*>(to) = {first, second};
  } else {
    to[0] = first;
    to[1] = second;
  }
}

// Without Adds beta is 0, and no code of kernels that unroll their stores asks for it.
template <class T, bool Adds = true> struct ScaledStore {
  using Element = T;
  static constexpr bool kReads = false;
  T* c;
  i64 pitch, batch;
  compute_t<T> alpha, beta;
  bool in_pairs;

  __device__ __forceinline__ ScaledStore(T* c, i64 pitch, i64 batch, compute_t<T> alpha, compute_t<T> beta)
      : c(c), pitch(pitch), batch(batch), alpha(alpha), beta(beta), in_pairs(has_pairs(c, pitch)) {}

  __device__ __forceinline__ ScaledStore(T* c, const MatrixProblem& p, compute_t<T> alpha, compute_t<T> beta) : ScaledStore(c, p.ldc, p.batch_c, alpha, beta) {}

  __device__ __forceinline__ ScaledStore of(i64 matrix) const { return ScaledStore(c + matrix * batch, pitch, batch, alpha, beta); }
  __device__ __forceinline__ ScaledStore<T, false> without_beta() const { return ScaledStore<T, false>(c, pitch, batch, alpha, compute_t<T>(0)); }

  // beta = 0 must not read C: it may hold anything, NaN included.
  __device__ __forceinline__ T scaled(const T* before, sum_t<T> sum) const {
    const sum_t<T> value = (sum_t<T>)alpha * sum;
    return down<T>((compute_t<T>)(!Adds || beta == compute_t<T>(0) ? value : value + (sum_t<T>)beta * (sum_t<T>)up(*before)));
  }

  // Where beta is 0.
  __device__ __forceinline__ compute_t<T> value(i64, i64, sum_t<T> sum) const { return (compute_t<T>)((sum_t<T>)alpha * sum); }

  __device__ __forceinline__ void element(i64 row, i64 column, sum_t<T> sum) const {
    T* to = c + row * pitch + column;
    *to = scaled(to, sum);
  }

  __device__ __forceinline__ void pair(i64 row, i64 column, sum_t<T> first, sum_t<T> second) const {
    T* to = c + row * pitch + column;
    store_pair(to, in_pairs, scaled(to, first), scaled(to + 1, second));
  }
};

// The sums of the parts that k is cut into, [parts, batch, m, n], which another kernel adds.
using PartStore = ScaledStore<float, false>;
__device__ __forceinline__ PartStore part_store(float* sums, const MatrixProblem& p) { return PartStore(sums, p.n, p.m * p.n, 1.0f, 0.0f); }

// C, or where k is cut the sums of its parts.
template <class Whole, class Parts = PartStore> struct WholeOrParts {
  Whole whole;
  Parts parts;
  bool is_whole;
};

// Calls use(store) with the store of a matrix.
template <class Stores, class Use> __device__ __forceinline__ void with_store(const Stores& stores, i64 matrix, const Use& use) { use(stores.of(matrix)); }
template <class T, class Use> __device__ __forceinline__ void with_store(const ScaledStore<T>& stores, i64 matrix, const Use& use) {
  if (stores.beta == compute_t<T>(0)) {
    use(stores.of(matrix).without_beta());
  } else {
    use(stores.of(matrix));
  }
}
template <class Whole, class Parts, class Use> __device__ __forceinline__ void with_store(const WholeOrParts<Whole, Parts>& stores, i64 matrix, const Use& use) {
  if (stores.is_whole) {
    with_store(stores.whole, matrix, use);
  } else {
    use(stores.parts.of(matrix));
  }
}
