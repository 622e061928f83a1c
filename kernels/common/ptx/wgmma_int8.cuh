// Products of 8-bit integers on the tensor cores of a warpgroup: D[64, N] (+)= A[64, 32] * B[32, N], accumulated in 32-bit integers that
// wrap around, or saturate in the functions that end in _sat. Operands from shared memory are K-major; A may come from registers.
// N is 8, 16, 24, 32 or a multiple of 16.
#pragma once
#include "common/ptx/wgmma.cuh"

#if defined(CK_EMU)
#include "device/ptx/wgmma_int8.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_forms.cuh"

namespace ptx {
// wgmma.mma_async.sync.aligned.m64nNk32.s32.{s8, u8}.{s8, u8}{, .satfinite}
#define CK_WGMMA_INT8(name, types)                                                                                                      \
  template <int N> __device__ __forceinline__ void name(i32 (&d)[N / 2], u64 a, u64 b, bool accumulate) {                               \
    static_assert(N % (N <= 32 ? 8 : 16) == 0 && N >= 8 && N <= 256, "N is 8, 16, 24, 32 or a multiple of 16 up to 256");               \
    CK_WGMMA_SHAPES_S32(CK_WGMMA_SS, "k32.s32." types, "+r")                                                                            \
  }                                                                                                                                     \
  template <int N> __device__ __forceinline__ void name(i32 (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) {                   \
    static_assert(N % (N <= 32 ? 8 : 16) == 0 && N >= 8 && N <= 256, "N is 8, 16, 24, 32 or a multiple of 16 up to 256");               \
    CK_WGMMA_SHAPES_S32(CK_WGMMA_RS, "k32.s32." types, "+r")                                                                            \
  }
CK_WGMMA_INT8(wgmma_s32_s8_s8, "s8.s8")
CK_WGMMA_INT8(wgmma_s32_s8_u8, "s8.u8")
CK_WGMMA_INT8(wgmma_s32_u8_s8, "u8.s8")
CK_WGMMA_INT8(wgmma_s32_u8_u8, "u8.u8")
CK_WGMMA_INT8(wgmma_s32_s8_s8_sat, "s8.s8.satfinite")
CK_WGMMA_INT8(wgmma_s32_s8_u8_sat, "s8.u8.satfinite")
CK_WGMMA_INT8(wgmma_s32_u8_s8_sat, "u8.s8.satfinite")
CK_WGMMA_INT8(wgmma_s32_u8_u8_sat, "u8.u8.satfinite")
#undef CK_WGMMA_INT8
}  // namespace ptx
#endif
