// y = the square root of x, elementwise, correctly rounded; NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sqrt {
  template <class C> __device__ C operator()(C x) const { return math::sqrt(x); }
};

CK_UNARY_KERNELS(sqrt, Sqrt)
