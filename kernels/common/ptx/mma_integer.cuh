// mma.sync of 8-bit integers, which may differ in sign between A and B, into 32-bit sums that wrap around. m16n8k32 and m16n8k16
// have the fragments of mma_fp8.cuh (k16 their first registers only); m8n8k16 has rows g alone of A, and of C and D their elements.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/mma_integer.h"
#else
namespace ptx {
// A and B: i8 or u8; an instance for another type does not exist.
template <class A, class B = A>
__device__ void mma_m8n8k16(i32 (&d)[2], const u32 (&a)[1], const u32 (&b)[1], const i32 (&c)[2]) = delete;
template <class A, class B = A>
__device__ void mma_m16n8k16(i32 (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const i32 (&c)[4]) = delete;
template <class A, class B = A>
__device__ void mma_m16n8k32(i32 (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const i32 (&c)[4]) = delete;

#define CK_MMA_M8N8K16(A, B, types)                                                                                        \
  template <>                                                                                                              \
  __device__ __forceinline__ void mma_m8n8k16<A, B>(i32 (&d)[2], const u32 (&a)[1], const u32 (&b)[1], const i32 (&c)[2]) { \
    asm volatile("mma.sync.aligned.m8n8k16.row.col.s32." types ".s32 {%0, %1}, {%2}, {%3}, {%4, %5};"                      \
                 : "=r"(d[0]), "=r"(d[1])                                                                                  \
                 : "r"(a[0]), "r"(b[0]), "r"(c[0]), "r"(c[1]));                                                            \
  }
CK_MMA_M8N8K16(i8, i8, "s8.s8")
CK_MMA_M8N8K16(i8, u8, "s8.u8")
CK_MMA_M8N8K16(u8, i8, "u8.s8")
CK_MMA_M8N8K16(u8, u8, "u8.u8")
#undef CK_MMA_M8N8K16

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// m16n8k16 and m16n8k32.
#define CK_MMA_M16N8(A, B, types)                                                                                               \
  template <>                                                                                                                   \
  __device__ __forceinline__ void mma_m16n8k16<A, B>(i32 (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const i32 (&c)[4]) {     \
    asm volatile("mma.sync.aligned.m16n8k16.row.col.s32." types ".s32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%7, %8, %9, %10};"     \
                 : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])                                                               \
                 : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(c[0]), "r"(c[1]), "r"(c[2]), "r"(c[3]));                                \
  }                                                                                                                             \
  template <>                                                                                                                   \
  __device__ __forceinline__ void mma_m16n8k32<A, B>(i32 (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const i32 (&c)[4]) {     \
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32." types                                                                \
                 ".s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"                                    \
                 : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])                                                               \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(c[0]), "r"(c[1]), "r"(c[2]),            \
                   "r"(c[3]));                                                                                                  \
  }
CK_MMA_M16N8(i8, i8, "s8.s8")
CK_MMA_M16N8(i8, u8, "s8.u8")
CK_MMA_M16N8(u8, i8, "u8.s8")
CK_MMA_M16N8(u8, u8, "u8.u8")
#undef CK_MMA_M16N8
#endif
}  // namespace ptx
#endif
