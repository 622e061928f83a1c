// y = -x, elementwise; integers wrap around, so the lowest one stays itself.
#include "common/elementwise.cuh"

struct Negate {
  template <class C> __device__ C operator()(C x) const { return (C)(-wrap(x)); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) negate_dense(T* y, const T* x, i64 n) { map(y, n, Negate{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) negate_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Negate{}, x); }
