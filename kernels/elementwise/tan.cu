// y = tan x (radians), elementwise; NaN at +-inf.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Tan {
  template <class C> __device__ C operator()(C x) const { return math::tan(x); }
};

CK_UNARY_KERNELS(tan, Tan)
