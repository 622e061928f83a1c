// dx = dy where x > 0, else dy * alpha * e^x, elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

template <class C> struct EluGradient {
  C alpha;
  __device__ C operator()(C x, C dy) const { return x > C(0) ? dy : dy * alpha * math::exp(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) elu_gradient_dense(T* dx, const T* x, const T* dy, i64 n, compute_t<T> alpha) {
  map(dx, n, EluGradient<compute_t<T>>{alpha}, x, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) elu_gradient_strided(T* dx, const T* x, const T* dy, StridedLoop loop, compute_t<T> alpha) {
  map_strided(dx, loop, EluGradient<compute_t<T>>{alpha}, x, dy);
}
