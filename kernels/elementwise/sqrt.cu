// y = the square root of x, elementwise, correctly rounded; NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sqrt {
  template <class C> __device__ C operator()(C x) const { return math::sqrt(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sqrt_dense(T* y, const T* x, i64 n) { map(y, n, Sqrt{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sqrt_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Sqrt{}, x); }
