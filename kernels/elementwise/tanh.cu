// y = tanh x, elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Tanh {
  template <class C> __device__ C operator()(C x) const { return math::tanh(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) tanh_dense(T* y, const T* x, i64 n) { map(y, n, Tanh{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) tanh_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Tanh{}, x); }
