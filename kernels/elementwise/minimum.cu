// y = min(a, b), elementwise with broadcasting; NaN where an operand is NaN, -0 is below +0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Minimum {
  template <class C> __device__ C operator()(C a, C b) const { return math::minimum(a, b); }
};

CK_BINARY_KERNELS(minimum, T, Minimum)
