// y = x is neither infinite nor NaN, elementwise, as a mask.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct IsFinite {
  template <class C> __device__ bool operator()(C x) const { return math::is_finite(x); }
};

CK_UNARY_KERNELS_TO(is_finite, bool, IsFinite)
