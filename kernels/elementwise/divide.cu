// y = a / b, elementwise with broadcasting. Integers truncate towards 0, a / 0 is 0 (the hardware's result differs between
// GPUs and processors), and the lowest integer / -1 wraps around to itself.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Divide {
  template <class C> __device__ C operator()(C a, C b) const { return math::quotient(a, b); }
};

CK_BINARY_KERNELS(divide, T, Divide)
