// y = e^x, elementwise. Reads and writes each element once.
#include "common/elementwise.cuh"
#include "common/math.cuh"

struct Exp {
  template <class C> __device__ C operator()(C x) const { return math::exp(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) exp_dense(T* y, const T* x, i64 n) { map(y, n, Exp{}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) exp_strided(T* y, const T* x, StridedLoop loop) { map_strided(y, loop, Exp{}, x); }
