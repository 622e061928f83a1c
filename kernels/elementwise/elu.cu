// y = x where x > 0, else alpha * (e^x - 1), elementwise; NaN stays NaN.
#include "common/elementwise.cuh"
#include "common/math.cuh"

template <class C> struct Elu {
  C alpha;
  __device__ C operator()(C x) const { return x > C(0) ? x : alpha * math::expm1(x); }
};

template <class T> __global__ void __launch_bounds__(kElementwiseBlock) elu_dense(T* y, const T* x, i64 n, compute_t<T> alpha) { map(y, n, Elu<compute_t<T>>{alpha}, x); }
template <class T> __global__ void __launch_bounds__(kElementwiseBlock) elu_strided(T* y, const T* x, StridedLoop loop, compute_t<T> alpha) { map_strided(y, loop, Elu<compute_t<T>>{alpha}, x); }
