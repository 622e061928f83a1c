// Products of f16 on the tensor cores of a warpgroup: D[64, N] (+)= A[64, 16] * B[16, N], accumulated in f32 or in f16.
// A comes from shared memory by a descriptor (descriptor.cuh) or from registers, B from shared memory. An operand from shared memory
// is K-major (A as [64][16], B as [N][16]) or, with its transpose set to 1, MN-major. The scales are 1 or -1.
#pragma once
#include "common/ptx/wgmma.cuh"

#if defined(CK_EMU)
#include "device/ptx/wgmma_f16.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_forms.cuh"

namespace ptx {
// wgmma.mma_async.sync.aligned.m64nNk16.f32.f16.f16
template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeA = 0, int TransposeB = 0>
__device__ __forceinline__ void wgmma_f32_f16_f16(float (&d)[N / 2], u64 a, u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F32(CK_WGMMA_SS_TRANSPOSED, "k16.f32.f16.f16", "+f")
}
template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeB = 0>
__device__ __forceinline__ void wgmma_f32_f16_f16(float (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F32(CK_WGMMA_RS_TRANSPOSED, "k16.f32.f16.f16", "+f")
}

// wgmma.mma_async.sync.aligned.m64nNk16.f16.f16.f16
template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeA = 0, int TransposeB = 0>
__device__ __forceinline__ void wgmma_f16_f16_f16(u32 (&d)[N / 4], u64 a, u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F16(CK_WGMMA_SS_TRANSPOSED, "k16.f16.f16.f16", "+r")
}
template <int N, int ScaleA = 1, int ScaleB = 1, int TransposeB = 0>
__device__ __forceinline__ void wgmma_f16_f16_f16(u32 (&d)[N / 4], const u32 (&a)[4], u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F16(CK_WGMMA_RS_TRANSPOSED, "k16.f16.f16.f16", "+r")
}
}  // namespace ptx
#endif
