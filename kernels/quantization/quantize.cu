// q = x / scale rounded to the nearest integer (ties to even) and clamped to [-127, 127], with one scale or one for each channel
// (common/quantization.cuh). NaN becomes 0, infinities saturate. Divided in double for double, else in float.
//
// Reads x and the scales, writes a byte for each element; memory-bound.
#include "common/quantization.cuh"

struct Quantize {
  template <class T> __device__ __forceinline__ i8 operator()(T x, float scale) const {
    using C = compute_t<T>;
    const C steps = math::rint(up(x) / (C)scale);
    if (math::is_nan(steps)) return 0;
    const C bounded = steps > C(-127) ? steps : C(-127);
    const C clamped = bounded < C(127) ? bounded : C(127);
    return (i8)clamped;
  }
};

template <class T>
__global__ void __launch_bounds__(kElementwiseBlock) quantize(i8* q, const T* x, const float* scale /* [channels] */, i64 n, i64 channels, i64 inner) {
  map_scaled(q, x, n, scale, channels, inner, Quantize{});
}
