// y = x is NaN, elementwise, as a mask.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct IsNaN {
  template <class C> __device__ bool operator()(C x) const { return math::is_nan(x); }
};

CK_UNARY_KERNELS_TO(is_nan, bool, IsNaN)
