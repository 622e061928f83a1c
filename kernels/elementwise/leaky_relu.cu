// y = x where x > 0, else slope * x, elementwise; NaN stays NaN.
#include "common/elementwise.cuh"

template <class C> struct LeakyRelu {
  C slope;
  __device__ C operator()(C x) const { return x > C(0) ? x : slope * x; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) leaky_relu_dense(T* y, const T* x, i64 n, compute_t<T> slope) { map(y, n, LeakyRelu<compute_t<T>>{slope}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) leaky_relu_strided(T* y, const T* x, StridedLoop loop, compute_t<T> slope) { map_strided(y, loop, LeakyRelu<compute_t<T>>{slope}, x); }
