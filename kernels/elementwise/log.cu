// y = ln x, elementwise; ln 0 = -inf, NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Log {
  template <class C> __device__ C operator()(C x) const { return math::log(x); }
};

CK_UNARY_KERNELS(log, Log)
