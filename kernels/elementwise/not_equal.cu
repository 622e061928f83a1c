// y = a != b, elementwise with broadcasting, as a mask; true where an operand is NaN.
#include "common/elementwise.cuh"

struct NotEqual {
  template <class C> __device__ bool operator()(C a, C b) const { return a != b; }
};

CK_BINARY_KERNELS(not_equal, bool, NotEqual)
