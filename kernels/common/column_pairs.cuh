// What a product by wgmma reads of its columns, such as their scales and biases: a lane's sums stand in two columns side by side of each
// eight, the first an even one, and both of its rows use what is read of them.
//
// Reads are kept as they are until their columns are stored, so that others follow them before the first is waited for.
#pragma once
#include "common/scaled_store.cuh"

// Of so many eights of columns.
template <class T, int Eights> struct ColumnPairs {
  TwoElements<T> pairs[Eights];

  // x[column] and those after it, column even; in place of columns from `end` on others before it, of which there is one at least.
  __device__ __forceinline__ void read(const T* x, i64 column, i64 end) {
    const int left = end - column < 8 * Eights ? (int)(end - column) : 8 * Eights;
    const T* from = x + column;
    if (has_pairs(x, end)) {
#pragma unroll
      for (int i = 0; i < Eights; ++i) pairs[i] = *reinterpret_cast<const TwoElements<T>*>(from + (8 * i < left - 2 ? 8 * i : left - 2));
    } else {
#pragma unroll
      for (int i = 0; i < Eights; ++i) pairs[i] = {from[8 * i < left - 1 ? 8 * i : left - 1], from[8 * i + 1 < left - 1 ? 8 * i + 1 : left - 1]};
    }
  }
  __device__ __forceinline__ void fill(T x) {
#pragma unroll
    for (int i = 0; i < Eights; ++i) pairs[i] = {x, x};
  }

  __device__ __forceinline__ compute_t<T> at(int i) const { return up(i % 2 == 0 ? pairs[i / 2].first : pairs[i / 2].second); }
};

// The biases of columns, or the zeros to whose sums with any number it is the result, its sign too.
template <class T, int Eights> struct ColumnBiases {
  ColumnPairs<T, Eights> bias;

  __device__ __forceinline__ ColumnBiases() {}
  __device__ __forceinline__ ColumnBiases(const T* x, bool has_bias, i64 column, i64 end) {
    if (has_bias) {
      bias.read(x, column, end);
    } else {
      bias.fill(down<T>(compute_t<T>(-0.0)));
    }
  }

  __device__ __forceinline__ compute_t<T> value(int i, compute_t<T> sum) const { return sum + bias.at(i); }
};
