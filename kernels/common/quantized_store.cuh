// What becomes of the sums of a product of quantised matrices (common/scaled_store.cuh): they are scaled and biased by column, or only
// biased (common/quantization.cuh).
#pragma once
#include "common/quantization.cuh"
#include "common/scaled_store.cuh"

template <class T, class Scale = ProductScale<T>> struct QuantizedStore {
  T* y;
  i64 pitch;
  Scale scale;
  bool in_pairs;

  __device__ __forceinline__ QuantizedStore(T* y, i64 pitch, Scale scale) : y(y), pitch(pitch), scale(scale), in_pairs(has_pairs(y, pitch)) {}

  __device__ __forceinline__ const QuantizedStore& of(i64) const { return *this; }
  template <class S> __device__ __forceinline__ void element(i64 row, i64 column, S sum) const { y[row * pitch + column] = scale(sum, column); }
  template <class S> __device__ __forceinline__ void pair(i64 row, i64 column, S first, S second) const {
    store_pair(y + row * pitch + column, in_pairs, scale(first, column), scale(second, column + 1));
  }
};

// a [m, k] times the transpose of b [n, k].
__device__ __forceinline__ MatrixProblem quantized_problem(i64 m, i64 n, i64 k) { return {m, n, k, k, k, n, 1, 0, 0, 0}; }
