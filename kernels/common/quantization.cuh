// Numbers as 8-bit integers or floats, x = scale * q, with integers q in [-127, 127]: symmetric about 0, so that 0 is exact and a product
// needs no offsets. A tensor has one scale, or one for each channel: it is then seen as [outer, channels, inner].
#pragma once
#include "common/elementwise.cuh"
#include "common/math.cuh"

// The scales of consecutive elements of a tensor [outer, channels, inner].
struct ScaleWalk {
  const float* scale;
  i64 channels, inner, channel, place;

  __device__ __forceinline__ ScaleWalk(const float* scale, i64 channels, i64 inner, i64 first)
      : scale(scale), channels(channels), inner(inner), channel(first / inner % channels), place(first % inner) {}

  __device__ __forceinline__ float next() {
    const float value = scale[channel];
    if (++place == inner) {
      place = 0;
      if (++channel == channels) channel = 0;
    }
    return value;
  }
};

// y[i] = f(x[i], scale of i) for 0 <= i < n. Each thread moves 16 bytes of the larger side at once where both pointers allow it.
template <class F, class Y, class X>
__device__ __forceinline__ void map_scaled(Y* y, const X* x, i64 n, const float* scale, i64 channels, i64 inner, F f) {
  constexpr int N = 16 / size_of_largest<Y, X>();
  const i64 first = (blockIdx.x * (i64)blockDim.x + threadIdx.x) * N;
  if (first >= n) return;
  ScaleWalk scales(scale, channels, inner, first);
  if (first + N <= n && is_aligned<N>(x) && is_aligned<N>(y)) {
    const Pack<X, N> in = *reinterpret_cast<const Pack<X, N>*>(x + first);
    Pack<Y, N> out;
#pragma unroll
    for (int i = 0; i < N; ++i) out.v[i] = f(in.v[i], scales.next());
    *reinterpret_cast<Pack<Y, N>*>(y + first) = out;
    return;
  }
  for (i64 i = first; i < first + N && i < n; ++i) y[i] = f(x[i], scales.next());
}

// x / scale as an 8-bit float, divided in double for double, else in float.
template <class Q, class T> __device__ __forceinline__ Q scaled_to_f8(T x, float scale) { return to_f8_saturating<Q>((float)(up(x) / (compute_t<T>)scale)); }

// What the sum of products that are scaled already stands for in channel c: sum + bias[c].
template <class T> struct ProductBias {
  const T* bias;  // [channels]
  bool has_bias;

  __device__ __forceinline__ T operator()(float sum, i64 channel) const { return biased((compute_t<T>)sum, channel); }
  __device__ __forceinline__ T biased(compute_t<T> sum, i64 channel) const { return down<T>(has_bias ? sum + up(bias[channel]) : sum); }
};

// What the sum of the products of quantised operands stands for in channel c: scale_a * scale_b[c] * sum + bias[c].
template <class T> struct ProductScale {
  const float* a;  // [1]
  const float* b;  // [channels], or [1]
  i64 b_step;      // 1, or 0
  ProductBias<T> bias;

  // The sum wrapped around, if at all, on its way: the host allows no more products than 32 bits hold.
  __device__ __forceinline__ T operator()(u32 sum, i64 channel) const { return scaled((compute_t<T>)(i32)sum, channel); }
  __device__ __forceinline__ T operator()(i32 sum, i64 channel) const { return scaled((compute_t<T>)sum, channel); }
  __device__ __forceinline__ T operator()(float sum, i64 channel) const { return scaled((compute_t<T>)sum, channel); }

  __device__ __forceinline__ T scaled(compute_t<T> sum, i64 channel) const {
    using C = compute_t<T>;
    return bias.biased(sum * ((C)*a * (C)b[channel * b_step]), channel);
  }
};
