// The maximum of a row and the sum of exp(x - maximum) over it in one pass: the sum is rescaled whenever the maximum grows, so
// that no exponential overflows. Softmax and the cross entropy stand on it.
#pragma once
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

// A maximum and the sum of exp(x - maximum) over some elements; a sum of 0 means no elements above -inf.
template <class C> struct Softsum {
  C maximum, sum;
};

// One more element. -inf has no weight: what masks an element must not meet -inf - -inf.
template <class C> __device__ __forceinline__ Softsum<C> extend(Softsum<C> all, C x) {
  if (x == -infinity<C>()) return all;
  const C maximum = math::maximum(all.maximum, x);
  return {maximum, all.sum * math::exp(all.maximum - maximum) + math::exp(x - maximum)};
}

// Every thread of the block gets the maximum and sum of the whole row.
template <class T> __device__ __forceinline__ Softsum<compute_t<T>> softsum_of_row(const T* x, i64 columns) {
  using C = compute_t<T>;
  Softsum<C> mine{-infinity<C>(), C(0)};
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) mine = extend(mine, up(x[c]));
  const C maximum = block_reduce(mine.maximum, [](C a, C b) { return math::maximum(a, b); }, -infinity<C>());
  const C sum = mine.sum == C(0) ? C(0) : mine.sum * math::exp(mine.maximum - maximum);
  return {maximum, block_reduce(sum, Plus{}, C(0))};
}
