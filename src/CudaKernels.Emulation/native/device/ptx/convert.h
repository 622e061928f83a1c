// The emulated twin of common/ptx/convert.cuh.
#pragma once
#include "device/ptx/rounding.h"

namespace ptx {
__forceinline__ f16x2 to_f16x2(float x, float y) { return f16x2{to_f16(x), to_f16(y)}; }
__forceinline__ bf16x2 to_bf16x2(float x, float y) { return bf16x2{to_bf16(x), to_bf16(y)}; }
#if __CUDA_ARCH__ >= 800
// Adding half of the last place that stays rounds ties away from zero, and the largest numbers up to infinity.
__forceinline__ tf32 to_tf32(float x) { return tf32{x != x ? 0x7fffffffu : (__float_as_uint(x) + 0x1000u) & 0xffffe000u}; }
#endif
#if __CUDA_ARCH__ >= 890
__forceinline__ e4m3x2 to_e4m3x2(float x, float y) { return e4m3x2{ckrt::round_e4m3(x), ckrt::round_e4m3(y)}; }
__forceinline__ e5m2x2 to_e5m2x2(float x, float y) { return e5m2x2{ckrt::round_e5m2(x), ckrt::round_e5m2(y)}; }
__forceinline__ e4m3x2 to_e4m3x2(f16x2 v) { return to_e4m3x2(to_f32(v.x), to_f32(v.y)); }
__forceinline__ e5m2x2 to_e5m2x2(f16x2 v) { return to_e5m2x2(to_f32(v.x), to_f32(v.y)); }
__forceinline__ f16x2 to_f16x2(e4m3x2 v) { return to_f16x2(ckrt::value(v.x), ckrt::value(v.y)); }
__forceinline__ f16x2 to_f16x2(e5m2x2 v) { return to_f16x2(ckrt::value(v.x), ckrt::value(v.y)); }
#endif
}  // namespace ptx
