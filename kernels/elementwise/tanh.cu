// y = tanh x, elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Tanh {
  template <class C> __device__ C operator()(C x) const { return math::tanh(x); }
};

CK_UNARY_KERNELS(tanh, Tanh)
