// y = a < b, elementwise with broadcasting, as a mask; false where an operand is NaN.
#include "common/elementwise.cuh"

struct Less {
  template <class C> __device__ bool operator()(C a, C b) const { return a < b; }
};

CK_BINARY_KERNELS(less, bool, Less)
