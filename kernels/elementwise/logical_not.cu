// y = not x of a mask, elementwise.
#include "common/elementwise.cuh"

struct LogicalNot {
  __device__ bool operator()(bool x) const { return !x; }
};

CK_UNARY_KERNELS(logical_not, LogicalNot)
