// x = scale * q of an 8-bit q, with one scale or one for each channel (common/quantization.cuh). The product is formed in double for
// double, else in float, and rounded once.
//
// Reads a byte for each element and the scales, writes x; memory-bound. A thread makes 64 bytes of x.
#include "common/quantization.cuh"

__device__ __forceinline__ float scale_of(float scale, int) { return scale; }
template <int N> __device__ __forceinline__ float scale_of(const float (&scale)[N], int i) { return scale[i]; }

template <class T> struct Dequantize {
  template <class Q, int N, class Scale> __device__ __forceinline__ void operator()(HeldVector<T, N>& out, const HeldVector<Q, N>& in, const Scale& scale) const {
    compute_t<T> values[N];
#pragma unroll
    for (int i = 0; i < N; ++i) values[i] = (compute_t<T>)scale_of(scale, i) * (compute_t<T>)in.at(i);
    out.set(values);
  }
};

template <class T, class Q>
__global__ void __launch_bounds__(kElementwiseBlock, 4) dequantize(T* x, const Q* q, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(x, q, n, scale, channels, inner, Dequantize<T>{});
}
