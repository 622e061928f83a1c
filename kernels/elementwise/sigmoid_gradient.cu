// dx = dy * y * (1 - y) from the output y = sigmoid(x), elementwise.
#include "common/elementwise.cuh"

struct SigmoidGradient {
  template <class C> __device__ C operator()(C y, C dy) const { return dy * y * (C(1) - y); }
};

CK_PAIR_KERNELS(sigmoid_gradient, SigmoidGradient)
