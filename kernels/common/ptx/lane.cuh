// Which thread of its warp the caller is, and one thread that speaks for all.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/lane.h"
#else
namespace ptx {
// The special register %laneid.
__device__ __forceinline__ u32 lane_id() {
  u32 lane;
  asm("mov.u32 %0, %%laneid;" : "=r"(lane));
  return lane;
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
// elect.sync: true in one lane of the mask, and for the same mask always in the same one.
__device__ __forceinline__ bool elect_one(u32 mask = 0xffffffffu) {
  u32 elected;
  asm volatile("{\n.reg .pred p;\nelect.sync _|p, %1;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(elected) : "r"(mask));
  return elected != 0;
}
#endif
}  // namespace ptx
#endif

namespace ptx {
// The number of the caller's warp in its block, as the threads are laid out: x runs fastest.
__device__ __forceinline__ u32 warp_id() { return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) / 32; }
}  // namespace ptx
