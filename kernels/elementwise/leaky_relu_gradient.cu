// dx = dy where x > 0, else slope * dy, elementwise.
#include "common/elementwise.cuh"

template <class C> struct LeakyReluGradient {
  C slope;
  __device__ C operator()(C x, C dy) const { return x > C(0) ? dy : slope * dy; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) leaky_relu_gradient_dense(T* dx, const T* x, const T* dy, i64 n, compute_t<T> slope) {
  map(dx, n, LeakyReluGradient<compute_t<T>>{slope}, x, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) leaky_relu_gradient_strided(T* dx, const T* x, const T* dy, StridedLoop loop, compute_t<T> slope) {
  map_strided(dx, loop, LeakyReluGradient<compute_t<T>>{slope}, x, dy);
}
