// ldmatrix: one, two or four 8x8 matrices of 16-bit elements from shared memory into the fragments of a whole warp. Lane 8j + r
// gives the address of row r of matrix j, 16 bytes at a multiple of 16; register j of lane l then holds row l/4, columns
// 2(l%4) and 2(l%4) + 1 of matrix j, or with trans those of its transpose.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/ldmatrix.h"
#else
namespace ptx {
// ldmatrix.sync.aligned.m8n8.x1 and its kin. Shared memory that other lanes wrote must have been ordered by a barrier before.
__device__ __forceinline__ void ldmatrix(u32 (&r)[1], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(r[0]) : "r"(address) : "memory");
}
__device__ __forceinline__ void ldmatrix(u32 (&r)[2], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];" : "=r"(r[0]), "=r"(r[1]) : "r"(address) : "memory");
}
__device__ __forceinline__ void ldmatrix(u32 (&r)[4], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}
// ldmatrix with .trans.
__device__ __forceinline__ void ldmatrix_trans(u32 (&r)[1], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];" : "=r"(r[0]) : "r"(address) : "memory");
}
__device__ __forceinline__ void ldmatrix_trans(u32 (&r)[2], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];" : "=r"(r[0]), "=r"(r[1]) : "r"(address) : "memory");
}
__device__ __forceinline__ void ldmatrix_trans(u32 (&r)[4], u32 address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}
}  // namespace ptx
#endif
