// y = -1 where x < 0, 1 where x > 0, else x, elementwise: NaN stays NaN, zeros keep their sign; exact.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sign {
  template <class C> __device__ C operator()(C x) const { return x > C(0) ? C(1) : x < C(0) ? C(-1) : x; }
};

CK_UNARY_KERNELS(sign, Sign)
