// What normalises a row, x^ = (x - mean) * scale, and the gradient through it. Layer norm, RMS norm and group norm stand on it: a
// block works on a row of any length, and gamma(c) gives the factor of column c (1 where there is none).
#pragma once
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

template <class C> struct Statistic {
  C mean, scale;
};

// The mean and 1 / sqrt(variance + epsilon) of a row, for every thread of the block. The variance (1/n) is summed around the mean in
// a pass of its own, so that a large mean does not cancel it away.
template <class T> __device__ __forceinline__ Statistic<compute_t<T>> statistic_of_row(const T* x, i64 columns, compute_t<T> epsilon) {
  using C = compute_t<T>;
  C sum = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) sum += up(x[c]);
  const C mean = block_reduce(sum, Plus{}, C(0)) / (C)columns;
  C squares = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C deviation = up(x[c]) - mean;
    squares += deviation * deviation;
  }
  return {mean, C(1) / math::sqrt(block_reduce(squares, Plus{}, C(0)) / (C)columns + epsilon)};
}

// 0 and 1 / sqrt(mean of squares + epsilon) of a row, for every thread of the block.
template <class T> __device__ __forceinline__ Statistic<compute_t<T>> root_mean_square_of_row(const T* x, i64 columns, compute_t<T> epsilon) {
  using C = compute_t<T>;
  C squares = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C value = up(x[c]);
    squares += value * value;
  }
  return {C(0), C(1) / math::sqrt(block_reduce(squares, Plus{}, C(0)) / (C)columns + epsilon)};
}

// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma; without Centred, where no mean is taken off x, that of g is not
// taken off either.
template <bool Centred, class T, class Gamma>
__device__ __forceinline__ void row_gradient(T* dx, const T* x, const T* dy, i64 columns, Statistic<compute_t<T>> of, Gamma gamma) {
  using C = compute_t<T>;
  C sum = 0, product = 0;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C g = up(dy[c]) * gamma(c);
    sum += g;
    product += g * ((up(x[c]) - of.mean) * of.scale);
  }
  const C offset = Centred ? block_reduce(sum, Plus{}, C(0)) / (C)columns : C(0);
  const C slope = block_reduce(product, Plus{}, C(0)) / (C)columns;
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    const C g = up(dy[c]) * gamma(c);
    dx[c] = down<T>((g - offset - (up(x[c]) - of.mean) * of.scale * slope) * of.scale);
  }
}
