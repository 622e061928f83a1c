// The order of wgmma.mma_async, which runs beside the threads that issue it. A warpgroup is four warps whose first one's number is a
// multiple of four; all 128 threads execute each of these. The products themselves are in wgmma_<type>.cuh:
//   wgmma_fence();                  // what was written to accumulators and to A's registers is there for the products
//   wgmma_f32_bf16_bf16<N>(d, …);   // any number; those of one shape on the same d follow each other in order
//   wgmma_commit();                 // closes a group of products
//   wgmma_wait<0>();                // now d may be touched, and the operands in shared memory overwritten
//   wgmma_pin(d);                   // and the compiler, too, touches it only from here on
// What ordinary stores put into shared memory needs fence.proxy.async before the products read it; what TMA puts there does not.
// Row and column of element i of d (f32, s32; two f16 share a register): row = 16 * warp + lane / 4 + 8 * (i / 2 % 2),
// column = 8 * (i / 4) + 2 * (lane % 4) + i % 2.
#pragma once
#include "common/ptx/descriptor.cuh"

#if defined(CK_EMU)
#include "device/ptx/wgmma.h"
#elif defined(__CUDA_ARCH_FEAT_SM90_ALL)
namespace ptx {
// wgmma.fence: before the first product, and whenever ordinary code has touched an accumulator or A's registers.
__device__ __forceinline__ void wgmma_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

// wgmma.commit_group: the products issued since the last one are a group.
__device__ __forceinline__ void wgmma_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// wgmma.wait_group: until at most the Pending latest groups still run.
template <int Pending> __device__ __forceinline__ void wgmma_wait() {
  static_assert(Pending >= 0 && Pending <= 7, "at most seven groups");
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}

// No instruction: arithmetic on an accumulator that stands behind it is not moved before the wait, which names no registers.
template <int N> __device__ __forceinline__ void wgmma_pin(float (&d)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) asm volatile("" : "+f"(d[i])::"memory");
}
template <int N> __device__ __forceinline__ void wgmma_pin(i32 (&d)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) asm volatile("" : "+r"(d[i])::"memory");
}
// The same for the registers of A: behind the wait, so that they keep what the products read until then.
template <int N> __device__ __forceinline__ void wgmma_pin(u32 (&a)[N]) {
#pragma unroll
  for (int i = 0; i < N; ++i) asm volatile("" : "+r"(a[i])::"memory");
}
}  // namespace ptx
#endif
