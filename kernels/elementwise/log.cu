// y = ln x, elementwise; ln 0 = -inf, NaN below 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Log {
  template <class C> __device__ C operator()(C x) const { return math::log(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) log_dense(T* y, const T* x, i64 n) { map(y, n, Log{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) log_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Log{}, x); }
