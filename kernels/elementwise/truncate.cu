// y = x without its fraction, rounded towards 0, elementwise; exact.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Truncate {
  template <class C> __device__ C operator()(C x) const { return math::trunc(x); }
};

CK_UNARY_KERNELS(truncate, Truncate)
