// y = a xor b of masks, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct LogicalXor {
  __device__ bool operator()(bool a, bool b) const { return a != b; }
};

CK_PAIR_KERNELS(logical_xor, LogicalXor)
