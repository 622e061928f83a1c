// y = e^x, elementwise. Reads and writes each element once.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Exp {
  template <class C> __device__ C operator()(C x) const { return math::exp(x); }
};

CK_UNARY_KERNELS(exp, Exp)
