// y = the index of the smallest of x along the reduced dimension, the first where several are equal. The first NaN wins over every
// number, and -0 is below +0. The host refuses to reduce no elements.
#include "common/order.cuh"
#include "common/reduction.cuh"

template <class T> struct ArgminOf {
  using Accumulator = Candidate<compute_t<T>>;
  using Result = i64;
  __device__ static Accumulator identity() { return {compute_t<T>(0), -1}; }
  __device__ static Accumulator enter(compute_t<T> x, i64 index) { return {x, index}; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) {
    return better(a, b, [](compute_t<T> p, compute_t<T> q) { return math::minimum(p, q); });
  }
  __device__ static Result finish(Accumulator a, i64) { return a.index; }
};

CK_REDUCTION_KERNELS(argmin, ArgminOf)
