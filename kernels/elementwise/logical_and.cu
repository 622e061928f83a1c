// y = a and b of masks, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct LogicalAnd {
  __device__ bool operator()(bool a, bool b) const { return a && b; }
};

CK_PAIR_KERNELS(logical_and, LogicalAnd)
