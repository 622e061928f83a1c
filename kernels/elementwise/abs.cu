// y = |x|, elementwise; the lowest integer wraps around to itself.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Abs {
  template <class C> __device__ C operator()(C x) const { return math::abs(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) abs_dense(T* y, const T* x, i64 n) { map(y, n, Abs{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) abs_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Abs{}, x); }
