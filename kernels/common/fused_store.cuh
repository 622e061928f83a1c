// y = f(product, x...), an element or two of a row at once, f an expression that is made at run time (FusedMatMul): what
// common/scaled_store.cuh is to alpha * product + beta * C.
#pragma once
#include "common/scaled_store.cuh"

constexpr int kMaxFusedOperands = 6;

// The steps between rows, columns and matrices of each further operand; 0 where it is broadcast. The host fills the same struct
// (FusedMatMulSteps.cs).
struct FusedSteps {
  i64 row[kMaxFusedOperands], column[kMaxFusedOperands], matrix[kMaxFusedOperands];
};

// F::of(product, x) is the expression of a product, or of two products (common/gated_product.cuh), and N further elements. What
// is written is returned.
template <class T, class F, int N> struct FusedStore {
  static_assert(N <= kMaxFusedOperands, "the host passes no more");
  using Element = T;
  static constexpr bool kReads = N > 0;
  T* y;
  i64 pitch, batch;
  FusedSteps steps;
  const T* x[N > 0 ? N : 1];
  bool in_pairs;

  template <class... X>
  __device__ __forceinline__ FusedStore(T* y, const MatrixProblem& p, const FusedSteps& steps, const X*... x)
      : y(y), pitch(p.ldc), batch(p.batch_c), steps(steps), x{x...}, in_pairs(has_pairs(y, p.ldc)) {}

  __device__ __forceinline__ FusedStore of(i64 matrix) const {
    FusedStore store = *this;
    store.y += matrix * batch;
#pragma unroll
    for (int i = 0; i < N; ++i) store.x[i] += matrix * steps.matrix[i];
    store.in_pairs = has_pairs(store.y, pitch);
    return store;
  }

  template <class Product> __device__ __forceinline__ compute_t<T> value(i64 row, i64 column, const Product& product) const {
    compute_t<T> in[N > 0 ? N : 1];
#pragma unroll
    for (int i = 0; i < N; ++i) in[i] = up(x[i][row * steps.row[i] + column * steps.column[i]]);
    return F::of(product, in);
  }

  template <class Product> __device__ __forceinline__ T element(i64 row, i64 column, const Product& product) const {
    return y[row * pitch + column] = down<T>(value(row, column, product));
  }

  template <class Product> __device__ __forceinline__ TwoElements<T> pair(i64 row, i64 column, const Product& first, const Product& second) const {
    const TwoElements<T> both{down<T>(value(row, column, first)), down<T>(value(row, column + 1, second))};
    store_pair(y + row * pitch + column, in_pairs, both.first, both.second);
    return both;
  }
};
