// dx = dy * (1 - y * y) from the output y = tanh(x), elementwise.
#include "common/elementwise.cuh"

struct TanhGradient {
  template <class C> __device__ C operator()(C y, C dy) const { return dy * (C(1) - y) * (C(1) + y); }
};

CK_PAIR_KERNELS(tanh_gradient, TanhGradient)
