// y[i] = start + i * step, computed in double (floats) or 64-bit integers and converted once: no error builds up along the tensor.
#include "common/compute.cuh"

template <class T> __device__ __forceinline__ T iota_value(double value) { return down<T>((compute_t<T>)value); }
template <class T> __device__ __forceinline__ T iota_value(i64 value) { return (T)value; }

// The scalars are double for floating types and i64 for integers.
template <class T, class S> __global__ void __launch_bounds__(256) iota(T* y, i64 n, S start, S step) {
  const i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
  if (i < n) y[i] = iota_value<T>(start + (S)i * step);
}
