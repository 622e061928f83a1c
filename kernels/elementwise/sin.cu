// y = sin x (radians), elementwise; NaN at +-inf.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sin {
  template <class C> __device__ C operator()(C x) const { return math::sin(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sin_dense(T* y, const T* x, i64 n) { map(y, n, Sin{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sin_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Sin{}, x); }
