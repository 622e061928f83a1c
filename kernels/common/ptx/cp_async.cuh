// Asynchronous copies from global to shared memory by each thread, sm_80 and above. A thread's copies form groups; it waits for all
// but the latest of them, and a barrier then shows the data to the others. The copies belong to the generic proxy.
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/address.cuh"

#if defined(CK_EMU)
#include "device/ptx/cp_async.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
namespace ptx {
// cp.async.ca: 4, 8 or 16 bytes through L1. Of the source, `source_bytes` are read; the rest of the destination becomes zero.
template <int Bytes> __device__ __forceinline__ void cp_async_ca(u32 to, const void* from) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16, "cp.async.ca copies 4, 8 or 16 bytes");
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(to), "l"(from), "n"(Bytes) : "memory");
}
template <int Bytes> __device__ __forceinline__ void cp_async_ca(u32 to, const void* from, u32 source_bytes) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16, "cp.async.ca copies 4, 8 or 16 bytes");
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(to), "l"(from), "n"(Bytes), "r"(source_bytes) : "memory");
}
// cp.async.cg: 16 bytes past L1.
__device__ __forceinline__ void cp_async_cg(u32 to, const void* from) { asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory"); }
__device__ __forceinline__ void cp_async_cg(u32 to, const void* from, u32 source_bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(source_bytes) : "memory");
}
// cp.async.commit_group: the thread's copies since the last commit become a group.
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// cp.async.wait_group: all but the latest `Pending` groups of the thread are done.
template <int Pending> __device__ __forceinline__ void cp_async_wait() { asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory"); }
// cp.async.wait_all: every copy of the thread is done, committed or not.
__device__ __forceinline__ void cp_async_wait_all() { asm volatile("cp.async.wait_all;" ::: "memory"); }
// cp.async.mbarrier.arrive.noinc: an arrival that the mbarrier counts when the thread's copies so far are done.
__device__ __forceinline__ void cp_async_arrive_noinc(u32 barrier) { asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(barrier) : "memory"); }
}  // namespace ptx
#endif
