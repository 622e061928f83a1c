// y = ln(1 + x), elementwise, also of small x, of which 1 + x would lose the digits; -1 gives -inf, less gives NaN, -0 stays.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Log1P {
  template <class C> __device__ C operator()(C x) const { return math::log1p(x); }
};

CK_UNARY_KERNELS(log1p, Log1P)
