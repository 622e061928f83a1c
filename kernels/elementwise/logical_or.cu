// y = a or b of masks, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct LogicalOr {
  __device__ bool operator()(bool a, bool b) const { return a || b; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_or_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, LogicalOr{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_or_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, LogicalOr{}, a, b); }
