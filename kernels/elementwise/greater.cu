// y = a > b, elementwise with broadcasting, as a mask; false where an operand is NaN.
#include "common/elementwise.cuh"

struct Greater {
  template <class C> __device__ bool operator()(C a, C b) const { return a > b; }
};

CK_BINARY_KERNELS(greater, bool, Greater)
