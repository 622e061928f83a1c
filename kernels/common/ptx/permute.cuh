// Bytes and bits moved about within registers, and products of packed bytes.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/permute.h"
#else
namespace ptx {
// prmt: byte i of the result is the one of the eight bytes b:a that nibble i of the selector names; with the nibble's upper bit
// set, that byte's sign, eight times.
__device__ __forceinline__ u32 prmt(u32 a, u32 b, u32 selector) {
  u32 d;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(selector));
  return d;
}
// lop3: any function of three bits. kTable is that function of 0xf0, 0xcc and 0xaa: (a & b) ^ c is (0xf0 & 0xcc) ^ 0xaa.
template <u32 kTable> __device__ __forceinline__ u32 lop3(u32 a, u32 b, u32 c) {
  static_assert(kTable <= 0xff, "a table of three bits has eight entries");
  u32 d;
  asm("lop3.b32 %0, %1, %2, %3, %4;" : "=r"(d) : "r"(a), "r"(b), "r"(c), "n"(kTable));
  return d;
}
// shf: the upper word of high:low shifted left, or the lower word shifted right; by count % 32, or by at most 32.
__device__ __forceinline__ u32 shf_left_wrap(u32 low, u32 high, u32 count) {
  u32 d;
  asm("shf.l.wrap.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(low), "r"(high), "r"(count));
  return d;
}
__device__ __forceinline__ u32 shf_left_clamp(u32 low, u32 high, u32 count) {
  u32 d;
  asm("shf.l.clamp.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(low), "r"(high), "r"(count));
  return d;
}
__device__ __forceinline__ u32 shf_right_wrap(u32 low, u32 high, u32 count) {
  u32 d;
  asm("shf.r.wrap.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(low), "r"(high), "r"(count));
  return d;
}
__device__ __forceinline__ u32 shf_right_clamp(u32 low, u32 high, u32 count) {
  u32 d;
  asm("shf.r.clamp.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(low), "r"(high), "r"(count));
  return d;
}
// dp4a: c plus the products of the four bytes of a and b, each pair by its sign.
__device__ __forceinline__ i32 dp4a(i32 a, i32 b, i32 c) {
  i32 d;
  asm("dp4a.s32.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}
__device__ __forceinline__ i32 dp4a(i32 a, u32 b, i32 c) {
  i32 d;
  asm("dp4a.s32.u32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}
__device__ __forceinline__ i32 dp4a(u32 a, i32 b, i32 c) {
  i32 d;
  asm("dp4a.u32.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}
__device__ __forceinline__ u32 dp4a(u32 a, u32 b, u32 c) {
  u32 d;
  asm("dp4a.u32.u32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
  return d;
}
}  // namespace ptx
#endif
