// q = x / scale in an 8-bit type, with one scale or one for each channel (common/quantization.cuh). In an integer it is rounded to the
// nearest (ties to even) and clamped to [-127, 127], and NaN becomes 0; in an 8-bit float it is rounded likewise and clamped to the
// largest numbers, and NaN stays NaN. Infinities saturate. Divided in double for double, else in float.
//
// Reads x and the scales, writes a byte for each element; memory-bound.
#include "common/quantization.cuh"

template <class Q> struct Quantize {
  template <class T> __device__ __forceinline__ Q operator()(T x, float scale) const { return scaled_to_f8<Q>(x, scale); }
};
template <> struct Quantize<i8> {
  template <class T> __device__ __forceinline__ i8 operator()(T x, float scale) const {
    using C = compute_t<T>;
    const C steps = math::rint(up(x) / (C)scale);
    if (math::is_nan(steps)) return 0;
    const C bounded = steps > C(-127) ? steps : C(-127);
    const C clamped = bounded < C(127) ? bounded : C(127);
    return (i8)clamped;
  }
};

template <class Q, class T>
__global__ void __launch_bounds__(kElementwiseBlock) quantize(Q* q, const T* x, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(q, x, n, scale, channels, inner, Quantize<Q>{});
}
