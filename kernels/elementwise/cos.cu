// y = cos x (radians), elementwise; NaN at +-inf.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Cos {
  template <class C> __device__ C operator()(C x) const { return math::cos(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) cos_dense(T* y, const T* x, i64 n) { map(y, n, Cos{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) cos_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Cos{}, x); }
