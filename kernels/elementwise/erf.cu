// y = erf x = 2/sqrt(pi) * the integral of e^(-t*t) from 0 to x, elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Erf {
  template <class C> __device__ C operator()(C x) const { return math::erf(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) erf_dense(T* y, const T* x, i64 n) { map(y, n, Erf{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) erf_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Erf{}, x); }
