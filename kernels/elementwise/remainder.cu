// y = a % b, elementwise with broadcasting: a - b * (a / b) with the quotient rounded towards 0, which has the sign of a; exact. Of
// integers a % 0 is a, so that (a / b) * b + a % b is a (see divide.cu), and the lowest one % -1 is 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Remainder {
  template <class C> __device__ C operator()(C a, C b) const { return math::remainder(a, b); }
};

CK_BINARY_KERNELS(remainder, T, Remainder)
