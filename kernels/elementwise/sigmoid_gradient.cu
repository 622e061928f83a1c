// dx = dy * y * (1 - y) from the output y = sigmoid(x), elementwise.
#include "common/elementwise.cuh"

struct SigmoidGradient {
  template <class C> __device__ C operator()(C y, C dy) const { return dy * y * (C(1) - y); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sigmoid_gradient_dense(T* dx, const T* y, const T* dy, i64 n) {
  map(dx, n, SigmoidGradient{}, y, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sigmoid_gradient_strided(T* dx, const T* y, const T* dy, StridedLoop loop) {
  map_strided(dx, loop, SigmoidGradient{}, y, dy);
}
