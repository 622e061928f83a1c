// y = |x|, elementwise; the lowest integer wraps around to itself.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Abs {
  template <class C> __device__ C operator()(C x) const { return math::abs(x); }
};

CK_UNARY_KERNELS(abs, Abs)
