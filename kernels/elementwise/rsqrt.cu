// y = 1 / sqrt(x), elementwise; +-0 gives +-inf, NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Rsqrt {
  template <class C> __device__ C operator()(C x) const { return math::rsqrt(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) rsqrt_dense(T* y, const T* x, i64 n) { map(y, n, Rsqrt{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) rsqrt_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Rsqrt{}, x); }
