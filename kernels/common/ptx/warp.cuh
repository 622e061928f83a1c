// Reductions, matches and votes of a warp's lanes in one instruction. None of them orders memory: that is __syncwarp's.
#pragma once
#include "common/ptx/lane.cuh"

#if defined(CK_EMU)
#include "device/ptx/warp.h"
#else
namespace ptx {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
// redux.sync: every lane of the mask gets the result over all of them. Sums wrap around.
__device__ __forceinline__ u32 redux_add(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.add.u32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ i32 redux_add(i32 value, u32 mask = 0xffffffffu) {
  i32 result;
  asm volatile("redux.sync.add.s32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ u32 redux_min(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.min.u32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ i32 redux_min(i32 value, u32 mask = 0xffffffffu) {
  i32 result;
  asm volatile("redux.sync.min.s32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ u32 redux_max(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.max.u32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ i32 redux_max(i32 value, u32 mask = 0xffffffffu) {
  i32 result;
  asm volatile("redux.sync.max.s32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ u32 redux_and(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.and.b32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ u32 redux_or(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.or.b32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
__device__ __forceinline__ u32 redux_xor(u32 value, u32 mask = 0xffffffffu) {
  u32 result;
  asm volatile("redux.sync.xor.b32 %0, %1, %2;" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
#endif

// match.any.sync: the lanes of the mask whose value is the caller's.
__device__ __forceinline__ u32 match_any(u32 value, u32 mask = 0xffffffffu) {
  u32 lanes;
  asm volatile("match.any.sync.b32 %0, %1, %2;" : "=r"(lanes) : "r"(value), "r"(mask));
  return lanes;
}
__device__ __forceinline__ u32 match_any(u64 value, u32 mask = 0xffffffffu) {
  u32 lanes;
  asm volatile("match.any.sync.b64 %0, %1, %2;" : "=r"(lanes) : "l"(value), "r"(mask));
  return lanes;
}
// match.all.sync: the lanes of the mask when all have one value, else 0.
__device__ __forceinline__ u32 match_all(u32 value, u32 mask = 0xffffffffu) {
  u32 lanes;
  asm volatile("match.all.sync.b32 %0, %1, %2;" : "=r"(lanes) : "r"(value), "r"(mask));
  return lanes;
}
__device__ __forceinline__ u32 match_all(u64 value, u32 mask = 0xffffffffu) {
  u32 lanes;
  asm volatile("match.all.sync.b64 %0, %1, %2;" : "=r"(lanes) : "l"(value), "r"(mask));
  return lanes;
}

// vote.sync.uni: whether the predicate is the same in all lanes of the mask.
__device__ __forceinline__ bool vote_uniform(bool predicate, u32 mask = 0xffffffffu) {
  u32 uniform;
  asm volatile("{\n.reg .pred p, q;\nsetp.ne.u32 p, %1, 0;\nvote.sync.uni.pred q, p, %2;\nselp.u32 %0, 1, 0, q;\n}"
               : "=r"(uniform)
               : "r"((u32)predicate), "r"(mask));
  return uniform != 0;
}

// vote.sync.ballot: the lanes of a whole warp in which a bit of the value is as it is in the caller's. One instruction may set the
// predicates of seven bits; from C++ each would take several.
template <int Bit> __device__ __forceinline__ u32 vote_like(u32 value) {
  u32 lanes;
  asm volatile("{\n.reg .pred p;\n.reg .b32 b;\nand.b32 b, %1, %2;\nsetp.ne.u32 p, b, 0;\nvote.sync.ballot.b32 %0, p, 0xffffffff;\n@!p not.b32 %0, %0;\n}"
               : "=r"(lanes)
               : "r"(value), "n"(1u << Bit));
  return lanes;
}
}  // namespace ptx
#endif
