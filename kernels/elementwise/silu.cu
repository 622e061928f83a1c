// y = x * sigmoid(x), elementwise; -inf gives 0.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Silu {
  template <class C> __device__ C operator()(C x) const { return math::silu(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) silu_dense(T* y, const T* x, i64 n) { map(y, n, Silu{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) silu_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Silu{}, x); }
