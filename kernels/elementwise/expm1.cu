// y = e^x - 1, elementwise, also of small x, of which the difference would lose the digits; -inf gives -1, -0 stays.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct ExpM1 {
  template <class C> __device__ C operator()(C x) const { return math::expm1(x); }
};

CK_UNARY_KERNELS(expm1, ExpM1)
