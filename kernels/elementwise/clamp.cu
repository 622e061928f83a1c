// y = min(max(x, minimum), maximum), elementwise; NaN stays NaN, since no comparison with it holds.
#include "common/elementwise.cuh"

template <class C> struct Clamp {
  C minimum, maximum;
  __device__ C operator()(C x) const { return x < minimum ? minimum : x > maximum ? maximum : x; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) clamp_dense(T* y, const T* x, i64 n, compute_t<T> minimum, compute_t<T> maximum) {
  map(y, n, Clamp<compute_t<T>>{minimum, maximum}, x);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) clamp_strided(T* y, const T* x, StridedLoop loop, compute_t<T> minimum, compute_t<T> maximum) {
  map_strided(y, loop, Clamp<compute_t<T>>{minimum, maximum}, x);
}
