// y = a^b, elementwise with broadcasting, with the special values of C's pow: a^0 = 1 and 1^b = 1 for NaN too; NaN for a negative
// a and a b that is no integer.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Pow {
  template <class C> __device__ C operator()(C a, C b) const { return math::pow(a, b); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) pow_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, Pow{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) pow_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, Pow{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) pow_scalar_dense(T* y, const T* x, i64 n, compute_t<T> scalar, bool scalar_is_left) {
  map(y, n, Bound<Pow, compute_t<T>>{scalar, scalar_is_left}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) pow_scalar_strided(T* y, const T* x, StridedLoop loop, compute_t<T> scalar, bool scalar_is_left) {
  map_strided(y, loop, Bound<Pow, compute_t<T>>{scalar, scalar_is_left}, x);
}
