// y = a xor b of integers, bit by bit, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct BitwiseXor {
  template <class C> __device__ C operator()(C a, C b) const { return a ^ b; }
};

CK_BINARY_KERNELS(bitwise_xor, T, BitwiseXor)
