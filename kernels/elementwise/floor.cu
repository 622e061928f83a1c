// y = the greatest integer that is not above x, elementwise; exact.
#include "common/elementwise.cuh"

struct Floor {
  __device__ float operator()(float x) const { return floorf(x); }
  __device__ double operator()(double x) const { return floor(x); }
};

CK_UNARY_KERNELS(floor, Floor)
