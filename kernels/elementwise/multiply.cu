// y = a * b, elementwise with broadcasting; integers wrap around.
#include "common/elementwise.cuh"

struct Multiply {
  template <class C> __device__ C operator()(C a, C b) const { return wrap(a) * wrap(b); }
};

CK_BINARY_KERNELS(multiply, T, Multiply)
