// dx = dy where x > 0, else 0, elementwise.
#include "common/elementwise.cuh"

struct ReluGradient {
  template <class C> __device__ C operator()(C x, C dy) const { return x > C(0) ? dy : C(0); }
};

CK_PAIR_KERNELS(relu_gradient, ReluGradient)
