// y = whether every element is true along the reduced dimensions; true for no elements.
#include "common/reduction.cuh"

template <class T> struct AllOf {
  using Accumulator = bool;
  using Result = bool;
  __device__ static bool identity() { return true; }
  __device__ static bool enter(T x, i64) { return x; }
  __device__ static bool combine(bool a, bool b) { return a && b; }
  __device__ static bool finish(bool a, i64) { return a; }
};

CK_REDUCTION_KERNELS(all, AllOf)
