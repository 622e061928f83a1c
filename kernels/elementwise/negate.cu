// y = -x, elementwise; integers wrap around, so the lowest one stays itself.
#include "common/elementwise.cuh"

struct Negate {
  template <class C> __device__ C operator()(C x) const { return (C)(-wrap(x)); }
};

CK_UNARY_KERNELS(negate, Negate)
