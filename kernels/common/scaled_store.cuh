// C = alpha * product + beta * C, an element or two of a row at once, by kernels that hold their sums in float registers.
#pragma once
#include "common/compute.cuh"

template <class T> struct ScaledStore {
  T* c;
  i64 pitch;
  float alpha, beta;
  bool has_pairs;  // two elements from an even column on lie at a multiple of their size

  __device__ __forceinline__ ScaledStore(T* c, i64 pitch, float alpha, float beta)
      : c(c), pitch(pitch), alpha(alpha), beta(beta), has_pairs(((u64)c | (u64)pitch * sizeof(T)) % (2 * sizeof(T)) == 0) {}

  // beta = 0 must not read C: it may hold anything, NaN included.
  __device__ __forceinline__ T scaled(const T* before, float sum) const { return down<T>(beta == 0.0f ? alpha * sum : alpha * sum + beta * up(*before)); }

  __device__ __forceinline__ void element(i64 row, i64 column, float x) const {
    T* to = c + row * pitch + column;
    *to = scaled(to, x);
  }

  __device__ __forceinline__ void pair(i64 row, i64 column, float x, float y) const {
    static_assert(sizeof(T) == 2, "two elements are one word");
    T* to = c + row * pitch + column;
    const T first = scaled(to, x), second = scaled(to + 1, y);
    if (has_pairs) {
      *reinterpret_cast<u32*>(to) = (u32)first.bits | (u32)second.bits << 16;
    } else {
      to[0] = first;
      to[1] = second;
    }
  }
};
