// y = product of x along the reduced dimensions; 1 for no elements. 16-bit floats multiply in float, integers wrap around.
#include "common/reduction.cuh"

template <class T> struct ProductOf {
  using Accumulator = sum_t<T>;
  using Result = T;
  __device__ static Accumulator identity() { return Accumulator(1); }
  __device__ static Accumulator enter(compute_t<T> x, i64) { return (Accumulator)x; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) { return a * b; }
  __device__ static Result finish(Accumulator a, i64) { return down<T>((compute_t<T>)a); }
};

CK_REDUCTION_KERNELS(product, ProductOf)
