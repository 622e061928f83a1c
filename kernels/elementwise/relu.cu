// y = max(x, 0), elementwise; NaN stays NaN.
#include "common/elementwise.cuh"

struct Relu {
  template <class C> __device__ C operator()(C x) const { return x < C(0) ? C(0) : x; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) relu_dense(T* y, const T* x, i64 n) { map(y, n, Relu{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) relu_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Relu{}, x); }
