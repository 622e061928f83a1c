// dx = dy where x > 0, else 0, elementwise.
#include "common/elementwise.cuh"

struct ReluGradient {
  template <class C> __device__ C operator()(C x, C dy) const { return x > C(0) ? dy : C(0); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) relu_gradient_dense(T* dx, const T* x, const T* dy, i64 n) { map(dx, n, ReluGradient{}, x, dy); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) relu_gradient_strided(T* dx, const T* x, const T* dy, StridedLoop loop) {
  map_strided(dx, loop, ReluGradient{}, x, dy);
}
