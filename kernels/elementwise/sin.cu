// y = sin x (radians), elementwise; NaN at +-inf.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sin {
  template <class C> __device__ C operator()(C x) const { return math::sin(x); }
};

CK_UNARY_KERNELS(sin, Sin)
