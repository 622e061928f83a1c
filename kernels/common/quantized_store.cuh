// What becomes of the sums of a product of quantised matrices (common/scaled_store.cuh): they are scaled and biased by column, or only
// biased (common/quantization.cuh).
#pragma once
#include "common/column_pairs.cuh"
#include "common/quantization.cuh"
#include "common/scaled_store.cuh"

// What ProductScale reads of columns, and what it computes of a sum in the i-th of them.
template <class T, int Eights> struct ColumnScales {
  using C = compute_t<T>;
  C a;
  ColumnPairs<float, Eights> b;
  ColumnBiases<T, Eights> bias;

  __device__ __forceinline__ ColumnScales() {}
  __device__ __forceinline__ ColumnScales(const ProductScale<T>& scale, i64 column, i64 end) : a((C)*scale.a), bias(scale.bias.bias, scale.bias.has_bias, column, end) {
    if (scale.b_step == 0) {
      b.fill(*scale.b);
    } else {
      b.read(scale.b, column, end);
    }
  }

  __device__ __forceinline__ C value(int i, i32 sum) const { return scaled(i, (C)sum); }
  __device__ __forceinline__ C value(int i, float sum) const { return scaled(i, (C)sum); }
  __device__ __forceinline__ C scaled(int i, C sum) const { return bias.value(i, sum * (a * (C)b.at(i))); }
};

// The same of ProductBias.
template <class T, int Eights> struct ColumnShifts : ColumnBiases<T, Eights> {
  __device__ __forceinline__ ColumnShifts() {}
  __device__ __forceinline__ ColumnShifts(const ProductBias<T>& scale, i64 column, i64 end) : ColumnBiases<T, Eights>(scale.bias, scale.has_bias, column, end) {}
};

template <class Scale, int Eights> struct ColumnsOf;
template <class T, int Eights> struct ColumnsOf<ProductScale<T>, Eights> { using type = ColumnScales<T, Eights>; };
template <class T, int Eights> struct ColumnsOf<ProductBias<T>, Eights> { using type = ColumnShifts<T, Eights>; };

template <class T, class Scale = ProductScale<T>> struct QuantizedStore {
  using Element = T;
  template <int Eights> using Columns = typename ColumnsOf<Scale, Eights>::type;
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

  template <int Eights> __device__ __forceinline__ Columns<Eights> columns(i64 column, i64 end) const { return Columns<Eights>(scale, column, end); }
  __device__ __forceinline__ bool has(i64) const { return true; }
  __device__ __forceinline__ T* at(i64 row, i64 column) const { return y + row * pitch + column; }
};

template <class T, class Scale> constexpr bool kIsByColumn<QuantizedStore<T, Scale>> = true;

// a [m, k] times the transpose of b [n, k].
__device__ __forceinline__ MatrixProblem quantized_problem(i64 m, i64 n, i64 k) { return {m, n, k, k, k, n, 1, 0, 0, 0}; }
