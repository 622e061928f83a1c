// Numbers as 8-bit integers or floats, x = scale * q, with integers q in [-127, 127]: symmetric about 0, so that 0 is exact and a product
// needs no offsets. A tensor has one scale, or one for each channel: it is then seen as [outer, channels, inner].
#pragma once
#include "common/elementwise.cuh"
#include "common/held_vector.cuh"
#include "common/indexing.cuh"
#include "common/math.cuh"

constexpr int kScaledVectors = 4;  // of 16 bytes of the larger side that a thread moves: ScaledChannels.cs

// The channel of an element of a tensor [outer, channels, inner], and how many elements it has from there on.
struct ScaledPlace {
  i64 channel, rest;

  __device__ __forceinline__ ScaledPlace(i64 element, i64 channels, i64 inner) {
    const i64 row = quotient_of(element, inner);
    channel = row < channels ? row : row - quotient_of(row, channels) * channels;
    rest = (row + 1) * inner - element;
  }
};

// The scales of the elements of a vector that begins in a channel which has `rest` elements more.
template <int N> __device__ __forceinline__ void load_scales(float (&to)[N], const float* scale, i64 channel, int rest, i64 channels, i64 inner) {
  if (inner == 1 && channels % N == 0) {
    load_neighbours(to, scale + channel);
    return;
  }
  const int whole = inner < N ? (int)inner : N;
#pragma unroll
  for (int i = 0; i < N; ++i) {
    to[i] = scale[channel];
    if (--rest != 0) continue;
    rest = whole;
    channel = channel + 1 == channels ? 0 : channel + 1;
  }
}

// y[i] = f(x[i], scale of i) for 0 <= i < n, in vectors that, with their scales, are all under way before the first is used. f(out, in,
// scale) takes vectors of elements that have one scale, or an array of theirs. What is not aligned or not whole goes one by one.
template <class F, class Y, class X>
__device__ __forceinline__ void map_scaled(Y* y, const X* x, i64 n, const float* scale, i64 channels, i64 inner, F f) {
  constexpr int N = 16 / size_of_largest<Y, X>();
  const bool aligned = is_aligned<N>(x) && is_aligned<N>(y);
  const i64 start = (blockIdx.x * (i64)(kElementwiseBlock * kScaledVectors) + threadIdx.x) * N;
  HeldVector<X, N> held[kScaledVectors];
  float step[kScaledVectors];
  i64 channel[kScaledVectors];
  int rest[kScaledVectors];  // elements of a vector that have its first one's scale
  u32 whole = 0;             // a bit for each vector that moves as such
#pragma unroll
  for (int v = 0; v < kScaledVectors; ++v) {
    const i64 first = start + v * (kElementwiseBlock * N);
    if (!aligned || first + N > n) continue;
    held[v] = *reinterpret_cast<const HeldVector<X, N>*>(x + first);
    whole |= 1u << v;
  }
  const float only = scale[0];
#pragma unroll
  for (int v = 0; v < kScaledVectors; ++v) {
    step[v] = only, rest[v] = N;
    if (channels == 1 || (whole >> v & 1) == 0) continue;
    const ScaledPlace place(start + v * (kElementwiseBlock * N), channels, inner);
    channel[v] = place.channel;
    rest[v] = place.rest < N ? (int)place.rest : N;
    step[v] = scale[place.channel];
  }
#pragma unroll
  for (int v = 0; v < kScaledVectors; ++v) {
    if ((whole >> v & 1) == 0) continue;
    HeldVector<Y, N> out;
    if (rest[v] == N) {
      f(out, held[v], step[v]);
    } else {
      float each[N];
      load_scales(each, scale, channel[v], rest[v], channels, inner);
      f(out, held[v], each);
    }
    *reinterpret_cast<HeldVector<Y, N>*>(y + start + v * (kElementwiseBlock * N)) = out;
  }
  if (whole == (1u << kScaledVectors) - 1) return;
#pragma unroll 1
  for (int v = 0; v < kScaledVectors; ++v) {
    if ((whole >> v & 1) != 0) continue;
    const i64 first = start + v * (kElementwiseBlock * N);
#pragma unroll 1
    for (i64 i = first; i < first + N && i < n; ++i) {
      HeldVector<Y, 1> out;
      f(out, *reinterpret_cast<const HeldVector<X, 1>*>(x + i), channels == 1 ? only : scale[ScaledPlace(i, channels, inner).channel]);
      *reinterpret_cast<HeldVector<Y, 1>*>(y + i) = out;
    }
  }
}

// x / scale of many x.
template <class C> struct QuotientsBy {
  C scale;
  __device__ __forceinline__ explicit QuotientsBy(float scale) : scale((C)scale) {}

  template <class T, int N> __device__ __forceinline__ void divide(C (&quotient)[N], const HeldVector<T, N>& x) const {
#pragma unroll
    for (int i = 0; i < N; ++i) quotient[i] = x.at(i) / scale;
  }
};

// Of floats by the product with the reciprocal and what is left of x: the same number as by division (Markstein 1990), where nothing
// overflows or underflows on the way. Zeros keep their sign, and what is beyond all 8-bit numbers only has to stay so.
template <> struct QuotientsBy<float> {
  float scale, inverse;
  __device__ __forceinline__ explicit QuotientsBy(float scale) : scale(scale), inverse(1.0f / scale) {}

  template <class T, int N> __device__ __forceinline__ void divide(float (&quotient)[N], const HeldVector<T, N>& x) const {
    constexpr float kLeast = 8.673617379884035e-19f, kMost = 1.152921504606847e18f;  // 2^-60, 2^60
    constexpr u32 kBound = 0x49800000u;                                             // of 2^20
    if (scale >= kLeast && scale <= kMost) {
#pragma unroll
      for (int i = 0; i < N; ++i) {
        const float first = x.at(i) * inverse, better = math::fma(math::fma(-first, scale, x.at(i)), inverse, first);
        quotient[i] = 2 * __float_as_uint(first) - 1 < 2 * kBound - 1 ? better : first;
      }
    } else {
#pragma unroll
      for (int i = 0; i < N; ++i) quotient[i] = x.at(i) / scale;
    }
  }
};

// x / scale of the elements of a vector that have one scale, or an array of theirs.
template <class C, class T, int N> __device__ __forceinline__ void divide_by(C (&quotient)[N], const HeldVector<T, N>& x, float scale) {
  QuotientsBy<C>(scale).divide(quotient, x);
}
template <class C, class T, int N> __device__ __forceinline__ void divide_by(C (&quotient)[N], const HeldVector<T, N>& x, const float (&scale)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) quotient[i] = x.at(i) / (C)scale[i];
}

// Numbers as 8-bit floats, to nearest, saturating.
template <class Q, class C, int N> __device__ __forceinline__ void set_f8(HeldVector<Q, N>& out, const C (&x)[N]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
  constexpr int kPaired = N / 2 * 2;
#pragma unroll
  for (int i = 0; i < kPaired; i += 2) {
    if constexpr (kIsE4m3<Q>) {
      const e4m3x2 pair = ptx::to_e4m3x2((float)x[i], (float)x[i + 1]);
      out.elements.v[i] = pair.x, out.elements.v[i + 1] = pair.y;
    } else {
      const e5m2x2 pair = ptx::to_e5m2x2((float)x[i], (float)x[i + 1]);
      out.elements.v[i] = pair.x, out.elements.v[i + 1] = pair.y;
    }
  }
#else
  constexpr int kPaired = 0;
#endif
#pragma unroll
  for (int i = kPaired; i < N; ++i) out.elements.v[i] = to_f8_saturating<Q>((float)x[i]);
}

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
