// y = max(x, 0), elementwise; NaN stays NaN.
#include "common/elementwise.cuh"

struct Relu {
  template <class C> __device__ C operator()(C x) const { return x < C(0) ? C(0) : x; }
};

CK_UNARY_KERNELS(relu, Relu)
