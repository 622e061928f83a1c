// y = 1 / x, elementwise, correctly rounded; +-0 gives +-inf.
#include "common/elementwise.cuh"

struct Reciprocal {
  template <class C> __device__ C operator()(C x) const { return C(1) / x; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) reciprocal_dense(T* y, const T* x, i64 n) { map(y, n, Reciprocal{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) reciprocal_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Reciprocal{}, x); }
