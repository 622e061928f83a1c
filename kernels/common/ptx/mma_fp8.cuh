// mma.sync of 8-bit floats, whose formats may differ between A and B. Four elements to a register: one of A holds row g (g + 8 for
// odd registers), columns 4t to 4t + 3 (and from 4t + 16 in the second pair), one of B column g, rows 4t to 4t + 3 (4t + 16); g, t,
// C and D are as in mma.cuh. From compute capability 8.9.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/mma_fp8.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 890
namespace ptx {
// A and B: e4m3 or e5m2; an instance for another type does not exist.
template <class A, class B = A>
__device__ void mma_m16n8k32(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4]) = delete;
template <class A, class B = A>
__device__ void mma_m16n8k32(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2]) = delete;

// With f32 accumulators.
#define CK_MMA_FP8(A, B)                                                                                                          \
  template <>                                                                                                                     \
  __device__ __forceinline__ void mma_m16n8k32<A, B>(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4]) {  \
    asm volatile("mma.sync.aligned.m16n8k32.row.col.f32." #A "." #B                                                              \
                 ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"                                      \
                 : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])                                                                \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]),             \
                   "f"(c[3]));                                                                                                    \
  }
CK_MMA_FP8(e4m3, e4m3)
CK_MMA_FP8(e4m3, e5m2)
CK_MMA_FP8(e5m2, e4m3)
CK_MMA_FP8(e5m2, e5m2)
#undef CK_MMA_FP8

// With f16 accumulators, two to a register: PTX 8.7, which CUDA 12.8 brought.
#if !defined(__CUDACC_VER_MAJOR__) || __CUDACC_VER_MAJOR__ > 12 || (__CUDACC_VER_MAJOR__ == 12 && __CUDACC_VER_MINOR__ >= 8)
#define CK_MMA_FP8_F16(A, B)                                                                                                      \
  template <>                                                                                                                     \
  __device__ __forceinline__ void mma_m16n8k32<A, B>(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2]) {      \
    asm volatile("mma.sync.aligned.m16n8k32.row.col.f16." #A "." #B ".f16 {%0, %1}, {%2, %3, %4, %5}, {%6, %7}, {%8, %9};"       \
                 : "=r"(d[0]), "=r"(d[1])                                                                                        \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(c[0]), "r"(c[1]));                      \
  }
CK_MMA_FP8_F16(e4m3, e4m3)
CK_MMA_FP8_F16(e4m3, e5m2)
CK_MMA_FP8_F16(e5m2, e4m3)
CK_MMA_FP8_F16(e5m2, e5m2)
#undef CK_MMA_FP8_F16
#endif
}  // namespace ptx
#endif
