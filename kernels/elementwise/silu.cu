// y = x * sigmoid(x), elementwise; -inf gives 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Silu {
  template <class C> __device__ C operator()(C x) const { return math::silu(x); }
};

CK_UNARY_KERNELS(silu, Silu)
