// dx = dy * (1 - y * y) from the output y = tanh(x), elementwise.
#include "common/elementwise.cuh"

struct TanhGradient {
  template <class C> __device__ C operator()(C y, C dy) const { return dy * (C(1) - y) * (C(1) + y); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) tanh_gradient_dense(T* dx, const T* y, const T* dy, i64 n) {
  map(dx, n, TanhGradient{}, y, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) tanh_gradient_strided(T* dx, const T* y, const T* dy, StridedLoop loop) {
  map_strided(dx, loop, TanhGradient{}, y, dy);
}
