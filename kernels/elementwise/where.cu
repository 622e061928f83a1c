// y = condition ? a : b, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct Where {
  template <class C> __device__ C operator()(bool condition, C a, C b) const { return condition ? a : b; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) where_dense(T* y, const bool* condition, const T* a, const T* b, i64 n) {
  map(y, n, Where{}, condition, a, b);
}
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) where_strided(T* y, const bool* condition, const T* a, const T* b, StridedLoop loop) {
  map_strided(y, loop, Where{}, condition, a, b);
}
