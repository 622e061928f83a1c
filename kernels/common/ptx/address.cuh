// Shared addresses: the 32-bit offsets in shared memory that ldmatrix, mbarriers, TMA and matrix descriptors take. Every one of
// them comes from smem_u32; on the software device it is an offset in the block's window, static variables first.
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/lane.cuh"

#if defined(CK_EMU)
#include "device/ptx/address.h"
#else
namespace ptx {
// cvta.to.shared: the window's offset of a generic pointer into shared memory.
__device__ __forceinline__ u32 smem_u32(const void* pointer) {
  u64 address;
  asm("cvta.to.shared.u64 %0, %1;" : "=l"(address) : "l"(pointer));
  return (u32)address;
}
}  // namespace ptx
#endif
