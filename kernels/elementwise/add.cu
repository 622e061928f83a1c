// y = a + b, elementwise with broadcasting; integers wrap around.
#include "common/elementwise.cuh"

struct Add {
  template <class C> __device__ C operator()(C a, C b) const { return wrap(a) + wrap(b); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) add_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, Add{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) add_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Add{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) add_scalar_dense(T* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Add, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) add_scalar_strided(T* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Add, compute_t<T>>{scalar, scalar_is_left}, x);
}
