// y = 1 / x, elementwise, correctly rounded; +-0 gives +-inf.
#include "common/elementwise.cuh"

struct Reciprocal {
  template <class C> __device__ C operator()(C x) const { return C(1) / x; }
};

CK_UNARY_KERNELS(reciprocal, Reciprocal)
