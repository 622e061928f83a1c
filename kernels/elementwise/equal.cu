// y = a == b, elementwise with broadcasting, as a mask; false where an operand is NaN.
#include "common/elementwise.cuh"

struct Equal {
  template <class C> __device__ bool operator()(C a, C b) const { return a == b; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) equal_dense(bool* y, const T* a, const T* b, i64 n) { map(y, n, Equal{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) equal_strided(bool* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Equal{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) equal_scalar_dense(bool* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Equal, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) equal_scalar_strided(bool* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Equal, compute_t<T>>{scalar, scalar_is_left}, x);
}
