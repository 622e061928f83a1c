// y = 1 / (1 + e^-x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sigmoid {
  template <class C> __device__ C operator()(C x) const { return math::sigmoid(x); }
};

CK_UNARY_KERNELS(sigmoid, Sigmoid)
