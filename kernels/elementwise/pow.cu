// y = a^b, elementwise with broadcasting, with the special values of C's pow: a^0 = 1 and 1^b = 1 for NaN too; NaN for a negative
// a and a b that is no integer.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Pow {
  template <class C> __device__ C operator()(C a, C b) const { return math::pow(a, b); }
};

CK_BINARY_KERNELS(pow, T, Pow)
