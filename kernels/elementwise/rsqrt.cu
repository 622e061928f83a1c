// y = 1 / sqrt(x), elementwise; +-0 gives +-inf, NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Rsqrt {
  template <class C> __device__ C operator()(C x) const { return math::rsqrt(x); }
};

CK_UNARY_KERNELS(rsqrt, Rsqrt)
