// y = a << b of integers, elementwise with broadcasting; a count below 0 or of the width and more moves all bits out: 0.
#include "common/elementwise.cuh"
#include "common/shift.cuh"

struct ShiftLeft {
  template <class C> __device__ C operator()(C x, C count) const { return is_within(count) ? (C)(wrap(x) << count) : C(0); }
};

CK_BINARY_KERNELS(shift_left, T, ShiftLeft)
