// dx = dy * s * (1 + x * (1 - s)) with s = sigmoid(x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct SiluGradient {
  template <class C> __device__ C operator()(C x, C dy) const {
    const C t = math::between_tails(x), s = math::sigmoid(t);
    return dy * s * (C(1) + t * (C(1) - s));
  }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) silu_gradient_dense(T* dx, const T* x, const T* dy, i64 n) {
  map(dx, n, SiluGradient{}, x, dy);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) silu_gradient_strided(T* dx, const T* x, const T* dy, StridedLoop loop) {
  map_strided(dx, loop, SiluGradient{}, x, dy);
}
