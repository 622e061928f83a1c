// y = a and b of masks, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct LogicalAnd {
  __device__ bool operator()(bool a, bool b) const { return a && b; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_and_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, LogicalAnd{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_and_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, LogicalAnd{}, a, b); }
