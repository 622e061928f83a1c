// y = a >> b of integers, elementwise with broadcasting, the sign drawn after; a count below 0 or of the width and more moves all bits
// out: 0, and -1 of a negative number.
#include "common/elementwise.cuh"
#include "common/shift.cuh"

struct ShiftRight {
  template <class C> __device__ C operator()(C x, C count) const { return is_within(count) ? (C)(x >> count) : x < C(0) ? C(-1) : C(0); }
};

CK_BINARY_KERNELS(shift_right, T, ShiftRight)
