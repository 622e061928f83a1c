// dx = dy * sigmoid(x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct SoftplusGradient {
  template <class C> __device__ C operator()(C x, C dy) const { return dy * math::sigmoid(x); }
};

CK_PAIR_KERNELS(softplus_gradient, SoftplusGradient)
