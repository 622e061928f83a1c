// x = scale * q of an 8-bit q, with one scale or one for each channel (common/quantization.cuh). The product is formed in double for
// double, else in float, and rounded once.
//
// Reads a byte for each element and the scales, writes x; memory-bound.
#include "common/quantization.cuh"

template <class T> struct Dequantize {
  template <class Q> __device__ __forceinline__ T operator()(Q q, float scale) const { return down<T>((compute_t<T>)scale * (compute_t<T>)up(q)); }
};

template <class T, class Q>
__global__ void __launch_bounds__(kElementwiseBlock) dequantize(T* x, const Q* q, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(x, q, n, scale, channels, inner, Dequantize<T>{});
}
