// y = ln(1 + e^x), elementwise, computed as max(x, 0) + ln(1 + e^-|x|), which never overflows.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Softplus {
  template <class C> __device__ C operator()(C x) const { return (x > C(0) ? x : C(0)) + math::log1p(math::exp(-math::abs(x))); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) softplus_dense(T* y, const T* x, i64 n) { map(y, n, Softplus{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) softplus_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Softplus{}, x); }
