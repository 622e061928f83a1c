// y = a * b, elementwise with broadcasting; integers wrap around.
#include "common/elementwise.cuh"

struct Multiply {
  template <class C> __device__ C operator()(C a, C b) const { return wrap(a) * wrap(b); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) multiply_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, Multiply{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) multiply_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Multiply{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) multiply_scalar_dense(T* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Multiply, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) multiply_scalar_strided(T* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Multiply, compute_t<T>>{scalar, scalar_is_left}, x);
}
