// y = mean of x along the reduced dimensions; NaN for no elements. 16-bit floats sum in float.
#include "common/reduction.cuh"

template <class T> struct MeanOf {
  using Accumulator = compute_t<T>;
  using Result = T;
  __device__ static Accumulator identity() { return Accumulator(0); }
  __device__ static Accumulator enter(Accumulator x, i64) { return x; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) { return a + b; }
  __device__ static Result finish(Accumulator a, i64 length) { return down<T>(a / (Accumulator)length); }
};

CK_REDUCTION_KERNELS(mean, MeanOf)
