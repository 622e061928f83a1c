// y = not x of integers, bit by bit, elementwise.
#include "common/elementwise.cuh"

struct BitwiseNot {
  template <class C> __device__ C operator()(C x) const { return ~x; }
};

CK_UNARY_KERNELS(bitwise_not, BitwiseNot)
