// y = the least integer that is not below x, elementwise; exact.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Ceiling {
  template <class C> __device__ C operator()(C x) const { return math::ceil(x); }
};

CK_UNARY_KERNELS(ceiling, Ceiling)
