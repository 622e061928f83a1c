// y = value for every element. Writes only.
#include "common/elementwise.cuh"

template <class C> struct Constant {
  C value;
  __device__ C operator()() const { return value; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fill_dense(T* y, i64 n, compute_t<T> value) { map(y, n, Constant<compute_t<T>>{value}); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) fill_strided(T* y, StridedLoop loop, compute_t<T> value) {
  map_strided(y, loop, Constant<compute_t<T>>{value});
}
