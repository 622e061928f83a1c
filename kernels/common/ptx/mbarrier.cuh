// mbarriers: 64 bits of shared memory, 8-byte aligned, named by their shared address. A phase ends when `count` arrivals have come,
// and the bytes that were expected. Phases are numbered from 0: a wait for parity 0 waits for the first, and parity 1 passes on a
// fresh mbarrier. After the initialisation: fence_mbarrier_init (fence.cuh), then a barrier, then anyone's use.
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/address.cuh"

#if defined(CK_EMU)
#include "device/ptx/mbarrier.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
namespace ptx {
// mbarrier.init: by one thread, with the number of arrivals of a phase.
__device__ __forceinline__ void mbarrier_init(u32 barrier, u32 count) { asm volatile("mbarrier.init.shared.b64 [%0], %1;" ::"r"(barrier), "r"(count) : "memory"); }
// mbarrier.inval: before the memory becomes anything else.
__device__ __forceinline__ void mbarrier_inval(u32 barrier) { asm volatile("mbarrier.inval.shared.b64 [%0];" ::"r"(barrier) : "memory"); }
// mbarrier.arrive: one arrival, with release. The state names the phase for test_wait and try_wait.
__device__ __forceinline__ u64 mbarrier_arrive(u32 barrier) {
  u64 state;
  asm volatile("mbarrier.arrive.shared.b64 %0, [%1];" : "=l"(state) : "r"(barrier) : "memory");
  return state;
}
// mbarrier.arrive.noComplete: `count` arrivals, none of them the last of the phase.
__device__ __forceinline__ u64 mbarrier_arrive_no_complete(u32 barrier, u32 count) {
  u64 state;
  asm volatile("mbarrier.arrive.noComplete.shared.b64 %0, [%1], %2;" : "=l"(state) : "r"(barrier), "r"(count) : "memory");
  return state;
}
// mbarrier.test_wait: whether the phase is over, without waiting.
__device__ __forceinline__ bool mbarrier_test_wait(u32 barrier, u64 state) {
  u32 done;
  asm volatile("{\n.reg .pred p;\nmbarrier.test_wait.shared.b64 p, [%1], %2;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(done) : "r"(barrier), "l"(state) : "memory");
  return done != 0;
}
__device__ __forceinline__ bool mbarrier_test_wait_parity(u32 barrier, u32 parity) {
  u32 done;
  asm volatile("{\n.reg .pred p;\nmbarrier.test_wait.parity.shared.b64 p, [%1], %2;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(done) : "r"(barrier), "r"(parity) : "memory");
  return done != 0;
}

#if __CUDA_ARCH__ >= 900
// mbarrier.arrive with a count.
__device__ __forceinline__ u64 mbarrier_arrive(u32 barrier, u32 count) {
  u64 state;
  asm volatile("mbarrier.arrive.release.cta.shared::cta.b64 %0, [%1], %2;" : "=l"(state) : "r"(barrier), "r"(count) : "memory");
  return state;
}
// mbarrier.expect_tx: so many more bytes have to come in this phase.
__device__ __forceinline__ void mbarrier_expect_tx(u32 barrier, u32 bytes) { asm volatile("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory"); }
// mbarrier.arrive.expect_tx: the same, then one arrival.
__device__ __forceinline__ u64 mbarrier_arrive_expect_tx(u32 barrier, u32 bytes) {
  u64 state;
  asm volatile("mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 %0, [%1], %2;" : "=l"(state) : "r"(barrier), "r"(bytes) : "memory");
  return state;
}
// mbarrier.complete_tx: counts bytes as come, in any block of the cluster.
__device__ __forceinline__ void mbarrier_complete_tx_cluster(u32 barrier, u32 bytes) {
  asm volatile("mbarrier.complete_tx.shared::cluster.relaxed.cluster.b64 [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}
// mbarrier.try_wait: waits for a while, then tells whether the phase is over.
__device__ __forceinline__ bool mbarrier_try_wait(u32 barrier, u64 state) {
  u32 done;
  asm volatile("{\n.reg .pred p;\nmbarrier.try_wait.acquire.cta.shared::cta.b64 p, [%1], %2;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(done) : "r"(barrier), "l"(state) : "memory");
  return done != 0;
}
__device__ __forceinline__ bool mbarrier_try_wait_parity(u32 barrier, u32 parity) {
  u32 done;
  asm volatile("{\n.reg .pred p;\nmbarrier.try_wait.parity.acquire.cta.shared::cta.b64 p, [%1], %2;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(done) : "r"(barrier), "r"(parity) : "memory");
  return done != 0;
}
// The same where other blocks of the cluster arrive.
__device__ __forceinline__ bool mbarrier_try_wait_parity_cluster(u32 barrier, u32 parity) {
  u32 done;
  asm volatile("{\n.reg .pred p;\nmbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 p, [%1], %2;\nselp.u32 %0, 1, 0, p;\n}" : "=r"(done) : "r"(barrier), "r"(parity) : "memory");
  return done != 0;
}
// An arrival at the mbarrier of another block of the cluster, by an address of map_shared (cluster.cuh).
__device__ __forceinline__ void mbarrier_arrive_cluster(u32 barrier) { asm volatile("mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%0];" ::"r"(barrier) : "memory"); }
__device__ __forceinline__ void mbarrier_arrive_cluster(u32 barrier, u32 count) {
  asm volatile("mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%0], %1;" ::"r"(barrier), "r"(count) : "memory");
}
__device__ __forceinline__ void mbarrier_arrive_expect_tx_cluster(u32 barrier, u32 bytes) {
  asm volatile("mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}
// The same, to tell that shared memory has been read: nothing that the thread has written becomes visible to the other block. A release to
// the cluster is a fence of the whole device, hundreds of clocks long; here the reads are over, and what comes next is written by the copy
// engine.
__device__ __forceinline__ void mbarrier_arrive_peer(u32 barrier) { asm volatile("mbarrier.arrive.shared::cluster.b64 _, [%0];" ::"r"(barrier) : "memory"); }
// Returns when the phase is over.
__device__ __forceinline__ void mbarrier_wait(u32 barrier, u64 state) {
  while (!mbarrier_try_wait(barrier, state)) {
  }
}
__device__ __forceinline__ void mbarrier_wait_parity(u32 barrier, u32 parity) {
  while (!mbarrier_try_wait_parity(barrier, parity)) {
  }
}
__device__ __forceinline__ void mbarrier_wait_parity_cluster(u32 barrier, u32 parity) {
  while (!mbarrier_try_wait_parity_cluster(barrier, parity)) {
  }
}
// For arrivals by mbarrier_arrive_peer: the thread sees nothing that other blocks have written.
__device__ __forceinline__ void mbarrier_wait_parity_peer(u32 barrier, u32 parity) { mbarrier_wait_parity(barrier, parity); }
#endif
}  // namespace ptx
#endif
