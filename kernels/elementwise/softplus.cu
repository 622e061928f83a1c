// y = ln(1 + e^x), elementwise, computed as max(x, 0) + ln(1 + e^-|x|), which never overflows.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Softplus {
  template <class C> __device__ C operator()(C x) const { return (x > C(0) ? x : C(0)) + math::log1p(math::exp(-math::abs(x))); }
};

CK_UNARY_KERNELS(softplus, Softplus)
