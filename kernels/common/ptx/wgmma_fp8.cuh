// Products of 8-bit floating-point numbers on the tensor cores of a warpgroup: D[64, N] (+)= A[64, 32] * B[32, N], accumulated in f32
// or in f16. Operands from shared memory are K-major; A may come from registers. The scales are 1 or -1.
#pragma once
#include "common/ptx/wgmma.cuh"

#if defined(CK_EMU)
#include "device/ptx/wgmma_fp8.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_forms.cuh"

namespace ptx {
// wgmma.mma_async.sync.aligned.m64nNk32.{f32, f16}.{e4m3, e5m2}.{e4m3, e5m2}
#define CK_WGMMA_FP8(accumulator, type_a, type_b, shapes, constraint, D, columns)                                                       \
  template <int N, int ScaleA = 1, int ScaleB = 1>                                                                                      \
  __device__ __forceinline__ void wgmma_##accumulator##_##type_a##_##type_b(D (&d)[N / columns], u64 a, u64 b, bool accumulate) {           \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    shapes(CK_WGMMA_SS_SCALED, "k32." #accumulator "." #type_a "." #type_b, constraint)                                                 \
  }                                                                                                                                     \
  template <int N, int ScaleA = 1, int ScaleB = 1>                                                                                      \
  __device__ __forceinline__ void wgmma_##accumulator##_##type_a##_##type_b(D (&d)[N / columns], const u32 (&a)[4], u64 b, bool accumulate) { \
    static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");                                                  \
    shapes(CK_WGMMA_RS_SCALED, "k32." #accumulator "." #type_a "." #type_b, constraint)                                                 \
  }
CK_WGMMA_FP8(f32, e4m3, e4m3, CK_WGMMA_SHAPES_F32, "+f", float, 2)
CK_WGMMA_FP8(f32, e4m3, e5m2, CK_WGMMA_SHAPES_F32, "+f", float, 2)
CK_WGMMA_FP8(f32, e5m2, e4m3, CK_WGMMA_SHAPES_F32, "+f", float, 2)
CK_WGMMA_FP8(f32, e5m2, e5m2, CK_WGMMA_SHAPES_F32, "+f", float, 2)
CK_WGMMA_FP8(f16, e4m3, e4m3, CK_WGMMA_SHAPES_F16, "+r", u32, 4)
CK_WGMMA_FP8(f16, e4m3, e5m2, CK_WGMMA_SHAPES_F16, "+r", u32, 4)
CK_WGMMA_FP8(f16, e5m2, e4m3, CK_WGMMA_SHAPES_F16, "+r", u32, 4)
CK_WGMMA_FP8(f16, e5m2, e5m2, CK_WGMMA_SHAPES_F16, "+r", u32, 4)
#undef CK_WGMMA_FP8
}  // namespace ptx
#endif
