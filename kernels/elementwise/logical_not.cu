// y = not x of a mask, elementwise.
#include "common/elementwise.cuh"

struct LogicalNot {
  __device__ bool operator()(bool x) const { return !x; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_not_dense(T* y, const T* x, i64 n) { map(y, n, LogicalNot{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_not_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, LogicalNot{}, x); }
