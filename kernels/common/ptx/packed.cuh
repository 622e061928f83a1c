// Arithmetic on pairs of 16-bit floats, one instruction for both. Each operation rounds once, to nearest even, fma after product
// and sum. max and min give the number where one operand is NaN, and take +0 for greater than -0.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/packed.h"
#else
namespace ptx {
__device__ __forceinline__ f16x2 add(f16x2 a, f16x2 b) {
  u32 d;
  asm("add.rn.f16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_f16x2(d);
}
__device__ __forceinline__ f16x2 mul(f16x2 a, f16x2 b) {
  u32 d;
  asm("mul.rn.f16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_f16x2(d);
}
__device__ __forceinline__ f16x2 fma(f16x2 a, f16x2 b, f16x2 c) {
  u32 d;
  asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)), "r"(pack(c)));
  return unpack_f16x2(d);
}
__device__ __forceinline__ f16x2 neg(f16x2 a) {
  u32 d;
  asm("neg.f16x2 %0, %1;" : "=r"(d) : "r"(pack(a)));
  return unpack_f16x2(d);
}
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
__device__ __forceinline__ f16x2 max(f16x2 a, f16x2 b) {
  u32 d;
  asm("max.f16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_f16x2(d);
}
__device__ __forceinline__ f16x2 min(f16x2 a, f16x2 b) {
  u32 d;
  asm("min.f16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_f16x2(d);
}

__device__ __forceinline__ bf16x2 fma(bf16x2 a, bf16x2 b, bf16x2 c) {
  u32 d;
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)), "r"(pack(c)));
  return unpack_bf16x2(d);
}
// Before compute capability 9.0 sums and products are fma's: a * 1 + b, and a * b + -0, which change nothing in the result.
__device__ __forceinline__ bf16x2 add(bf16x2 a, bf16x2 b) {
  u32 d;
#if __CUDA_ARCH__ >= 900
  asm("add.rn.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
#else
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(pack(a)), "r"(0x3f803f80u), "r"(pack(b)));
#endif
  return unpack_bf16x2(d);
}
__device__ __forceinline__ bf16x2 mul(bf16x2 a, bf16x2 b) {
  u32 d;
#if __CUDA_ARCH__ >= 900
  asm("mul.rn.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
#else
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)), "r"(0x80008000u));
#endif
  return unpack_bf16x2(d);
}
__device__ __forceinline__ bf16x2 max(bf16x2 a, bf16x2 b) {
  u32 d;
  asm("max.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_bf16x2(d);
}
__device__ __forceinline__ bf16x2 min(bf16x2 a, bf16x2 b) {
  u32 d;
  asm("min.bf16x2 %0, %1, %2;" : "=r"(d) : "r"(pack(a)), "r"(pack(b)));
  return unpack_bf16x2(d);
}
__device__ __forceinline__ bf16x2 neg(bf16x2 a) {
  u32 d;
  asm("neg.bf16x2 %0, %1;" : "=r"(d) : "r"(pack(a)));
  return unpack_bf16x2(d);
}
#endif
}  // namespace ptx
#endif
