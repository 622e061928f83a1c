// y = cos x (radians), elementwise; NaN at +-inf.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Cos {
  template <class C> __device__ C operator()(C x) const { return math::cos(x); }
};

CK_UNARY_KERNELS(cos, Cos)
