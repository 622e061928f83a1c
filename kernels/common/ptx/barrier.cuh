// Named barriers: sixteen to a block, 0 to 15, for a count of threads that is a multiple of 32. Number 0 is that of __syncthreads.
#pragma once
#include "common/numeric.cuh"

#if defined(CK_EMU)
#include "device/ptx/barrier.h"
#elif defined(__CUDA_ARCH__)
namespace ptx {
// bar.sync: arrives, and waits until `threads` threads have arrived.
__device__ __forceinline__ void barrier_sync(u32 number, u32 threads) { asm volatile("bar.sync %0, %1;" ::"r"(number), "r"(threads) : "memory"); }
// bar.arrive: arrives without waiting. Counted with those who wait.
__device__ __forceinline__ void barrier_arrive(u32 number, u32 threads) { asm volatile("bar.arrive %0, %1;" ::"r"(number), "r"(threads) : "memory"); }
}  // namespace ptx
#endif
