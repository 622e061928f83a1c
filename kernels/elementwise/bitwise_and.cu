// y = a and b of integers, bit by bit, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct BitwiseAnd {
  template <class C> __device__ C operator()(C a, C b) const { return a & b; }
};

CK_BINARY_KERNELS(bitwise_and, T, BitwiseAnd)
