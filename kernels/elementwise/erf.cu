// y = erf x = 2/sqrt(pi) * the integral of e^(-t*t) from 0 to x, elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Erf {
  template <class C> __device__ C operator()(C x) const { return math::erf(x); }
};

CK_UNARY_KERNELS(erf, Erf)
