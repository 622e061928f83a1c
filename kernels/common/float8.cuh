// The 8-bit floating-point numbers, as bare bits in the manner of f16: they are stored and converted, and no arithmetic is done in
// them. Nothing here needs an instruction that knows the formats, so that every compute capability has them; where there is one (8.9
// and above), common/ptx/convert.cuh converts pairs by it.
#pragma once
#include "common/numeric.cuh"

struct e4m3 { u8 bits; };  // no infinities, NaN is 0x7f and 0xff, largest 448 = 0x7e
struct e5m2 { u8 bits; };  // the upper byte of an f16, largest 57344 = 0x7b, infinity 0x7c

template <class T> constexpr bool kIsE4m3 = false;
template <> constexpr bool kIsE4m3<e4m3> = true;

// The largest finite number of a format.
template <class T> constexpr float kLargestF8 = 57344;
template <> constexpr float kLargestF8<e4m3> = 448;

// Rounds to nearest, ties to even; what lies beyond `largest` becomes `beyond`, with its sign. NaN is the canonical 0x7f.
template <int FractionBits> __device__ __forceinline__ u8 round_to_f8(float x, u32 largest, u32 beyond) {
  constexpr int bias = (1 << (6 - FractionBits)) - 1, shift = 23 - FractionBits;
  const u32 u = __float_as_uint(x), magnitude = u & 0x7fffffffu;
  u32 code;
  if (magnitude < (u32)(128 - bias) << 23) {
    // Below the normal numbers: the last bit of the anchor is worth one step of the subnormal ones, so that the addition rounds.
    constexpr u32 anchor = (u32)(127 + 24 - bias - FractionBits) << 23;
    code = __float_as_uint(__uint_as_float(magnitude) + __uint_as_float(anchor)) - anchor;
  } else {
    code = (magnitude - ((u32)(127 - bias) << 23) + (1u << (shift - 1)) - 1u + (magnitude >> shift & 1u)) >> shift;
  }
  if (code > largest) code = beyond;
  if (magnitude > 0x7f800000u) code = 0x7f;
  return (u8)(code == 0x7fu ? 0x7fu : (u >> 24 & 0x80u) | code);
}

// Past the largest number to NaN (e4m3, which has no infinity) or to infinity (e5m2).
__device__ __forceinline__ e4m3 to_e4m3(float x) { return e4m3{round_to_f8<3>(x, 0x7e, 0x7f)}; }
__device__ __forceinline__ e5m2 to_e5m2(float x) { return e5m2{round_to_f8<2>(x, 0x7b, 0x7c)}; }

// Past the largest number to it, infinities too, as cvt.satfinite does.
template <class T> __device__ __forceinline__ T to_f8_saturating(float x);
template <> __device__ __forceinline__ e4m3 to_f8_saturating<e4m3>(float x) { return e4m3{round_to_f8<3>(x, 0x7e, 0x7e)}; }
template <> __device__ __forceinline__ e5m2 to_f8_saturating<e5m2>(float x) { return e5m2{round_to_f8<2>(x, 0x7b, 0x7b)}; }

// Exact. The bits of an e4m3 are those of an f16 with a smaller bias, which a multiplication by a power of two makes up for.
__device__ __forceinline__ float to_f32(e4m3 h) {
  if ((h.bits & 0x7fu) == 0x7fu) return not_a_number<float>();
  return to_f32(f16{(u16)((h.bits & 0x80u) << 8 | (h.bits & 0x7fu) << 7)}) * 256.0f;
}
__device__ __forceinline__ float to_f32(e5m2 h) { return to_f32(f16{(u16)(h.bits << 8)}); }
