// The maximum of a row and the sum of exp(x - maximum) over it in one pass: the sum is rescaled whenever the maximum grows, so
// that no exponential overflows. Softmax and the cross entropy stand on it.
#pragma once
#include "common/block_reduce.cuh"
#include "common/compute.cuh"
#include "common/math.cuh"

// A maximum and the sum of exp(x - maximum) over some elements; a sum of 0 means no elements.
template <class C> struct Softsum {
  C maximum, sum;
};

template <class C> __device__ __forceinline__ Softsum<C> merge(Softsum<C> a, Softsum<C> b) {
  const C maximum = math::maximum(a.maximum, b.maximum);
  // -inf - -inf would be NaN: an empty part has no weight.
  const C left = a.sum == C(0) ? C(0) : a.sum * math::exp(a.maximum - maximum);
  const C right = b.sum == C(0) ? C(0) : b.sum * math::exp(b.maximum - maximum);
  return {maximum, left + right};
}

// Every thread of the block gets the maximum and sum of the whole row.
template <class T> __device__ __forceinline__ Softsum<compute_t<T>> softsum_of_row(const T* x, i64 columns) {
  using C = compute_t<T>;
  Softsum<C> mine{-infinity<C>(), C(0)};
  for (i64 c = threadIdx.x; c < columns; c += blockDim.x) {
    // exp(-inf) is 0 whatever the maximum will be; relative to a maximum that is -inf so far it would be NaN.
    const C value = up(x[c]);
    mine = merge(mine, Softsum<C>{value, value == -infinity<C>() ? C(0) : C(1)});
  }
  const C maximum = block_reduce(mine.maximum, [](C a, C b) { return math::maximum(a, b); }, -infinity<C>());
  const C sum = mine.sum == C(0) ? C(0) : mine.sum * math::exp(mine.maximum - maximum);
  return {maximum, block_reduce(sum, Plus{}, C(0))};
}
