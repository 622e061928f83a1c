// dx = dy * s * (1 + x * (1 - s)) with s = sigmoid(x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct SiluGradient {
  template <class C> __device__ C operator()(C x, C dy) const {
    const C t = math::between_tails(x), s = math::sigmoid(t);
    return dy * s * (C(1) + t * (C(1) - s));
  }
};

CK_PAIR_KERNELS(silu_gradient, SiluGradient)
