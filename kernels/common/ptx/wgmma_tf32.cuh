// Products of tf32 on the tensor cores of a warpgroup: D[64, N] (+)= A[64, 8] * B[8, N], accumulated in f32. The low 13 bits of an
// operand are not read. Operands from shared memory are K-major; A may come from registers. The scales are 1 or -1.
#pragma once
#include "common/ptx/wgmma.cuh"

#if defined(CK_EMU)
#include "device/ptx/wgmma_tf32.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
#include "common/ptx/wgmma_forms.cuh"

namespace ptx {
// wgmma.mma_async.sync.aligned.m64nNk8.f32.tf32.tf32
template <int N, int ScaleA = 1, int ScaleB = 1>
__device__ __forceinline__ void wgmma_f32_tf32_tf32(float (&d)[N / 2], u64 a, u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F32(CK_WGMMA_SS_SCALED, "k8.f32.tf32.tf32", "+f")
}
template <int N, int ScaleA = 1, int ScaleB = 1>
__device__ __forceinline__ void wgmma_f32_tf32_tf32(float (&d)[N / 2], const u32 (&a)[4], u64 b, bool accumulate) {
  static_assert(N % 8 == 0 && N >= 8 && N <= 256, "N is a multiple of 8 up to 256");
  CK_WGMMA_SHAPES_F32(CK_WGMMA_RS_SCALED, "k8.f32.tf32.tf32", "+f")
}
}  // namespace ptx
#endif
