// Conversions of pairs and to the formats of tensor cores. All round to nearest: ties go to even, for tf32 away from zero. To an
// 8-bit format they saturate, infinities too; NaN stays one. Single f16 and bf16 are converted in numeric.cuh.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/convert.h"
#else
namespace ptx {
// cvt packs its first source into the upper half; here x is the lower one, as in memory.
__device__ __forceinline__ f16x2 to_f16x2(float x, float y) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  u32 bits;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(y), "f"(x));
  return unpack_f16x2(bits);
#else
  return f16x2{to_f16(x), to_f16(y)};
#endif
}
__device__ __forceinline__ bf16x2 to_bf16x2(float x, float y) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  u32 bits;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(y), "f"(x));
  return unpack_bf16x2(bits);
#else
  return bf16x2{to_bf16(x), to_bf16(y)};
#endif
}
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// cvt.rna.tf32.f32; mma takes any f32 for a tf32, but then cuts it off instead of rounding.
__device__ __forceinline__ tf32 to_tf32(float x) {
  tf32 t;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(t.bits) : "f"(x));
  return t;
}
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
__device__ __forceinline__ e4m3x2 to_e4m3x2(float x, float y) {
  u16 bits;
  asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(bits) : "f"(y), "f"(x));
  return unpack_e4m3x2(bits);
}
__device__ __forceinline__ e5m2x2 to_e5m2x2(float x, float y) {
  u16 bits;
  asm("cvt.rn.satfinite.e5m2x2.f32 %0, %1, %2;" : "=h"(bits) : "f"(y), "f"(x));
  return unpack_e5m2x2(bits);
}
__device__ __forceinline__ e4m3x2 to_e4m3x2(f16x2 v) {
  u16 bits;
  asm("cvt.rn.satfinite.e4m3x2.f16x2 %0, %1;" : "=h"(bits) : "r"(pack(v)));
  return unpack_e4m3x2(bits);
}
__device__ __forceinline__ e5m2x2 to_e5m2x2(f16x2 v) {
  u16 bits;
  asm("cvt.rn.satfinite.e5m2x2.f16x2 %0, %1;" : "=h"(bits) : "r"(pack(v)));
  return unpack_e5m2x2(bits);
}
// Exact: every value of an 8-bit format is one of f16.
__device__ __forceinline__ f16x2 to_f16x2(e4m3x2 v) {
  u32 bits;
  asm("cvt.rn.f16x2.e4m3x2 %0, %1;" : "=r"(bits) : "h"(pack(v)));
  return unpack_f16x2(bits);
}
__device__ __forceinline__ f16x2 to_f16x2(e5m2x2 v) {
  u32 bits;
  asm("cvt.rn.f16x2.e5m2x2 %0, %1;" : "=r"(bits) : "h"(pack(v)));
  return unpack_f16x2(bits);
}
#endif
}  // namespace ptx
#endif
