// x = scale * q, with one scale or one for each channel (common/quantization.cuh). The product is formed in double for double, else in
// float, and rounded once.
//
// Reads a byte for each element and the scales, writes x; memory-bound.
#include "common/quantization.cuh"

template <class T> struct Dequantize {
  __device__ __forceinline__ T operator()(i8 q, float scale) const { return down<T>((compute_t<T>)scale * (compute_t<T>)q); }
};

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock) dequantize(T* x, const i8* q, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(x, q, n, scale, channels, inner, Dequantize<T>{});
}
