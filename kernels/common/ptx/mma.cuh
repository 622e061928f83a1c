// mma.sync: D = A B + C by a whole warp, A row-major and B column-major, for the floating-point types up to 16 bits and tf32.
// With g = lane/4 and t = lane%4, a register of A holds two elements of row g (or g + 8 for odd registers) from column 2t (and
// from 2t + 8 in the second pair of registers); one of B holds two of column g from row 2t (2t + 8); element i of C and D is row
// g + 8(i/2), column 2t + i%2. tf32 has one element per register, and columns t and t + 4 in place of 2t and 2t + 8. d and c may
// be the same array. Narrower and wider types are in mma_fp8.cuh, mma_integer.cuh and mma_double.cuh.
#pragma once
#include "common/ptx/formats.cuh"

#if defined(CK_EMU)
#include "device/ptx/mma.h"
#else
namespace ptx {
// Operands T: f16, bf16 or tf32, as each function says; an instance for another type does not exist.
template <class T>
__device__ void mma_m16n8k16(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4]) = delete;
template <class T>
__device__ void mma_m16n8k16(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2]) = delete;
template <class T>
__device__ void mma_m16n8k8(float (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const float (&c)[4]) = delete;
template <class T>
__device__ void mma_m16n8k8(u32 (&d)[2], const u32 (&a)[2], const u32 (&b)[1], const u32 (&c)[2]) = delete;
template <class T>
__device__ void mma_m16n8k8(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4]) = delete;
template <class T>
__device__ void mma_m16n8k4(float (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const float (&c)[4]) = delete;

// One instruction with f32 accumulators, by the registers of A and B.
#define CK_MMA_F32_A4B2(T, shape, types)                                                                                      \
  template <>                                                                                                                 \
  __device__ __forceinline__ void mma_##shape<T>(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2], const float (&c)[4]) {  \
    asm volatile("mma.sync.aligned." #shape ".row.col." types                                                                \
                 " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, %13};"                                      \
                 : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])                                                            \
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]),         \
                   "f"(c[3]));                                                                                                \
  }
#define CK_MMA_F32_A2B1(T, shape, types)                                                                                      \
  template <>                                                                                                                 \
  __device__ __forceinline__ void mma_##shape<T>(float (&d)[4], const u32 (&a)[2], const u32 (&b)[1], const float (&c)[4]) {  \
    asm volatile("mma.sync.aligned." #shape ".row.col." types " {%0, %1, %2, %3}, {%4, %5}, {%6}, {%7, %8, %9, %10};"        \
                 : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])                                                            \
                 : "r"(a[0]), "r"(a[1]), "r"(b[0]), "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));                             \
  }

CK_MMA_F32_A2B1(f16, m16n8k8, "f32.f16.f16.f32")
// f16 accumulators, two to a register.
template <>
__device__ __forceinline__ void mma_m16n8k8<f16>(u32 (&d)[2], const u32 (&a)[2], const u32 (&b)[1], const u32 (&c)[2]) {
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16 {%0, %1}, {%2, %3}, {%4}, {%5, %6};"
               : "=r"(d[0]), "=r"(d[1])
               : "r"(a[0]), "r"(a[1]), "r"(b[0]), "r"(c[0]), "r"(c[1]));
}
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
CK_MMA_F32_A2B1(bf16, m16n8k8, "f32.bf16.bf16.f32")
CK_MMA_F32_A4B2(f16, m16n8k16, "f32.f16.f16.f32")
CK_MMA_F32_A4B2(bf16, m16n8k16, "f32.bf16.bf16.f32")
CK_MMA_F32_A2B1(tf32, m16n8k4, "f32.tf32.tf32.f32")
CK_MMA_F32_A4B2(tf32, m16n8k8, "f32.tf32.tf32.f32")
template <>
__device__ __forceinline__ void mma_m16n8k16<f16>(u32 (&d)[2], const u32 (&a)[4], const u32 (&b)[2], const u32 (&c)[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f16.f16.f16.f16 {%0, %1}, {%2, %3, %4, %5}, {%6, %7}, {%8, %9};"
               : "=r"(d[0]), "=r"(d[1])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(c[0]), "r"(c[1]));
}
#endif
#undef CK_MMA_F32_A4B2
#undef CK_MMA_F32_A2B1
}  // namespace ptx
#endif
