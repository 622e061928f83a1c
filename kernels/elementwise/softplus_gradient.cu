// dx = dy * sigmoid(x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct SoftplusGradient {
  template <class C> __device__ C operator()(C x, C dy) const { return dy * math::sigmoid(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) softplus_gradient_dense(T* dx, const T* x, const T* dy, i64 n) {
  map(dx, n, SoftplusGradient{}, x, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) softplus_gradient_strided(T* dx, const T* x, const T* dy, StridedLoop loop) {
  map_strided(dx, loop, SoftplusGradient{}, x, dy);
}
