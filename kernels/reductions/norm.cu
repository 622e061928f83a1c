// y = norm of x along the reduced dimensions; 0 for no elements. 16-bit floats sum in float.
//   norm1: sum(|x|)      norm2: sqrt(sum(x^2)), infinite where the sum of squares overflows
#include "common/math.cuh"
#include "common/reduction.cuh"

template <class T> struct Norm1Of {
  using Accumulator = compute_t<T>;
  using Result = T;
  __device__ static Accumulator identity() { return Accumulator(0); }
  __device__ static Accumulator enter(Accumulator x, i64) { return math::abs(x); }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) { return a + b; }
  __device__ static Result finish(Accumulator a, i64) { return down<T>(a); }
};

template <class T> struct Norm2Of {
  using Accumulator = compute_t<T>;
  using Result = T;
  __device__ static Accumulator identity() { return Accumulator(0); }
  __device__ static Accumulator enter(Accumulator x, i64) { return x * x; }
  __device__ static Accumulator combine(Accumulator a, Accumulator b) { return a + b; }
  __device__ static Result finish(Accumulator a, i64) { return down<T>(math::sqrt(a)); }
};

CK_REDUCTION_KERNELS(norm1, Norm1Of)
CK_REDUCTION_KERNELS(norm2, Norm2Of)
