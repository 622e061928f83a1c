// q = x / scale in an 8-bit type, with one scale or one for each channel (common/quantization.cuh). In an integer it is rounded to the
// nearest (ties to even) and clamped to [-127, 127], and NaN becomes 0; in an 8-bit float it is rounded likewise and clamped to the
// largest numbers, and NaN stays NaN. Infinities saturate. Divided in double for double, else in float.
//
// Reads x and the scales, writes a byte for each element; memory-bound. A thread has 64 bytes of x in flight.
#include "common/quantization.cuh"

// Rounded, clamped. A number of [-127, 127] is added to one of which the last bit is worth 1: the sum's low byte is the number, rounded.
__device__ __forceinline__ i8 nearest_i8(float steps) {
  const float number = math::is_nan(steps) ? 0.0f : steps, above = number > -127.0f ? number : -127.0f, bounded = above < 127.0f ? above : 127.0f;
  return (i8)(u8)__float_as_uint(bounded + 12582912.0f);
}
__device__ __forceinline__ i8 nearest_i8(double steps) {
  const double number = math::is_nan(steps) ? 0.0 : math::rint(steps), above = number > -127.0 ? number : -127.0;
  return (i8)(above < 127.0 ? above : 127.0);
}

template <class Q> constexpr bool kIsInteger = false;
template <> constexpr bool kIsInteger<i8> = true;

template <class Q> struct Quantize {
  template <class T, int N, class Scale> __device__ __forceinline__ void operator()(HeldVector<Q, N>& out, const HeldVector<T, N>& in, const Scale& scale) const {
    compute_t<T> steps[N];
    divide_by(steps, in, scale);
    if constexpr (kIsInteger<Q>) {
#pragma unroll
      for (int i = 0; i < N; ++i) out.elements.v[i] = nearest_i8(steps[i]);
    } else {
      set_f8(out, steps);
    }
  }
};

template <class Q, class T>
__global__ void __launch_bounds__(kElementwiseBlock) quantize(Q* q, const T* x, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(q, x, n, scale, channels, inner, Quantize<Q>{});
}
