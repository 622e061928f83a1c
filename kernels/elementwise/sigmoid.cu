// y = 1 / (1 + e^-x), elementwise.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Sigmoid {
  template <class C> __device__ C operator()(C x) const { return math::sigmoid(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sigmoid_dense(T* y, const T* x, i64 n) { map(y, n, Sigmoid{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) sigmoid_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Sigmoid{}, x); }
