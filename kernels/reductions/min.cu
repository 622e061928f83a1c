// y = the smallest of x along the reduced dimensions; NaN where an element is NaN, -0 below +0. The host refuses to reduce no elements.
#include "common/order.cuh"
#include "common/reduction.cuh"

template <class T> struct MinOf {
  using Accumulator = compute_t<T>;
  using Result = T;
  __device__ static Accumulator identity() { return Bounds<Accumulator>::highest(); }
  __device__ static Accumulator enter(Accumulator x, i64) { return x; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) { return math::minimum(a, b); }
  __device__ static Result finish(Accumulator a, i64) { return down<T>(a); }
};

CK_REDUCTION_KERNELS(min, MinOf)
