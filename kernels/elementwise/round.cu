// y = the integer nearest to x, elementwise, of two equally near ones the even one; exact.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Round {
  template <class C> __device__ C operator()(C x) const { return math::rint(x); }
};

CK_UNARY_KERNELS(round, Round)
