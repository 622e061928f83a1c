// loss = (x - t)^2, elementwise, and its gradient (x - t) * factor, where the factor is twice the gradient's scale.
#include "common/elementwise.cuh"

struct SquaredError {
  template <class C>
  __device__ C operator()(C x, C t) const {
    const C difference = x - t;
    return difference * difference;
  }
};

template <class C>
struct SquaredErrorGradient {
  C factor;
  __device__ C operator()(C x, C t) const { return (x - t) * factor; }
};

CK_PAIR_KERNELS(squared_error, SquaredError)

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    squared_error_gradient_dense(T* gradient, const T* x, const T* t, i64 n, compute_t<T> factor) {
  map(gradient, n, SquaredErrorGradient<compute_t<T>>{factor}, x, t);
}
template <class T>
__global__ void __launch_bounds__(kElementwiseBlock)
    squared_error_gradient_strided(T* gradient, const T* x, const T* t, StridedLoop loop, compute_t<T> factor) {
  map_strided(gradient, loop, SquaredErrorGradient<compute_t<T>>{factor}, x, t);
}
