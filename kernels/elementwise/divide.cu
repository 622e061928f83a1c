// y = a / b, elementwise with broadcasting. Integers truncate towards 0, a / 0 is 0 (the hardware's result differs between
// GPUs and processors), and the lowest integer / -1 wraps around to itself.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Divide {
  template <class C> __device__ C operator()(C a, C b) const { return math::quotient(a, b); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) divide_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, Divide{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) divide_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Divide{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) divide_scalar_dense(T* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Divide, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) divide_scalar_strided(T* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Divide, compute_t<T>>{scalar, scalar_is_left}, x);
}
