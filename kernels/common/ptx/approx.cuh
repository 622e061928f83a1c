// The special-function unit: approximations in one or two instructions, for code whose own error is larger. Errors are the PTX
// manual's. The f32 forms with .ftz take and give 0 for subnormal numbers, so that no scaling surrounds them.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/approx.h"
#else
namespace ptx {
// ex2.approx: 2^x, 2 units in the last place.
__device__ __forceinline__ float ex2_approx(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
// lg2.approx: the binary logarithm, 2^-22 absolute between 0.5 and 2, relative elsewhere.
__device__ __forceinline__ float lg2_approx(float x) {
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
// rcp.approx: 1/x, 1 unit in the last place.
__device__ __forceinline__ float rcp_approx(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
// rsqrt.approx: 1/sqrt(x), 2^-22.9 relative.
__device__ __forceinline__ float rsqrt_approx(float x) {
  float y;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
// tanh.approx: 2^-11 relative; subnormal numbers go through.
__device__ __forceinline__ float tanh_approx(float x) {
  float y;
  asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ __forceinline__ f16x2 ex2_approx(f16x2 x) {
  u32 y;
  asm("ex2.approx.f16x2 %0, %1;" : "=r"(y) : "r"(pack(x)));
  return unpack_f16x2(y);
}
__device__ __forceinline__ f16x2 tanh_approx(f16x2 x) {
  u32 y;
  asm("tanh.approx.f16x2 %0, %1;" : "=r"(y) : "r"(pack(x)));
  return unpack_f16x2(y);
}
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
__device__ __forceinline__ bf16x2 ex2_approx(bf16x2 x) {
  u32 y;
  asm("ex2.approx.ftz.bf16x2 %0, %1;" : "=r"(y) : "r"(pack(x)));
  return unpack_bf16x2(y);
}
__device__ __forceinline__ bf16x2 tanh_approx(bf16x2 x) {
  u32 y;
  asm("tanh.approx.bf16x2 %0, %1;" : "=r"(y) : "r"(pack(x)));
  return unpack_bf16x2(y);
}
#endif
}  // namespace ptx
#endif
