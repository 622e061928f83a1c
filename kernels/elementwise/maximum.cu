// y = max(a, b), elementwise with broadcasting; NaN where an operand is NaN, -0 is below +0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Maximum {
  template <class C> __device__ C operator()(C a, C b) const { return math::maximum(a, b); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) maximum_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, Maximum{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) maximum_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Maximum{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) maximum_scalar_dense(T* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Maximum, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) maximum_scalar_strided(T* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Maximum, compute_t<T>>{scalar, scalar_is_left}, x);
}
