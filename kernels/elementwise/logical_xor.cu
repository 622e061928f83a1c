// y = a xor b of masks, elementwise with broadcasting.
#include "common/elementwise.cuh"

struct LogicalXor {
  __device__ bool operator()(bool a, bool b) const { return a != b; }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_xor_dense(T* y, const T* a, const T* b, i64 n) { map(y, n, LogicalXor{}, a, b); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) logical_xor_strided(T* y, const T* a, const T* b, StridedLoop loop) { map_strided(y, loop, LogicalXor{}, a, b); }
