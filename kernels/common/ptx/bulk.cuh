// Bulk copies: one thread moves a run of bytes, sm_90 and above. Addresses and sizes are multiples of 16. What arrives in shared
// memory is counted by an mbarrier, whose bytes have to be expected; what leaves it belongs to a bulk group of the thread. All are
// performed in the async proxy: what threads wrote before has to pass fence_proxy_async (fence.cuh).
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/address.cuh"

#if defined(CK_EMU)
#include "device/ptx/bulk.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// cp.async.bulk: global to shared.
__device__ __forceinline__ void bulk_load(u32 to, const void* from, u32 bytes, u32 barrier) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(to), "l"(from), "r"(bytes), "r"(barrier) : "memory");
}
// With an L2 policy (createpolicy, or one of the fixed ones).
__device__ __forceinline__ void bulk_load(u32 to, const void* from, u32 bytes, u32 barrier, u64 policy) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], [%1], %2, [%3], %4;" ::"r"(to), "l"(from), "r"(bytes), "r"(barrier), "l"(policy) : "memory");
}
// .multicast::cluster: to the same offset in every block whose bit is set, each with its own mbarrier at the same offset.
__device__ __forceinline__ void bulk_load_multicast(u32 to, const void* from, u32 bytes, u32 barrier, u16 blocks) {
  asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1], %2, [%3], %4;" ::"r"(to), "l"(from), "r"(bytes), "r"(barrier), "h"(blocks) : "memory");
}
// Shared to the shared memory of a block of the cluster; the mbarrier is that block's.
__device__ __forceinline__ void bulk_copy_cluster(u32 to, u32 from, u32 bytes, u32 barrier) {
  asm volatile("cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(to), "r"(from), "r"(bytes), "r"(barrier) : "memory");
}
// Shared to global, in a bulk group.
__device__ __forceinline__ void bulk_store(void* to, u32 from, u32 bytes) {
  asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(to), "r"(from), "r"(bytes) : "memory");
}
__device__ __forceinline__ void bulk_store(void* to, u32 from, u32 bytes, u64 policy) {
  asm volatile("cp.async.bulk.global.shared::cta.bulk_group.L2::cache_hint [%0], [%1], %2, %3;" ::"l"(to), "r"(from), "r"(bytes), "l"(policy) : "memory");
}
// cp.async.bulk.prefetch: into L2.
__device__ __forceinline__ void bulk_prefetch(const void* from, u32 bytes) { asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(from), "r"(bytes) : "memory"); }
// cp.async.bulk.commit_group, and waits for all but the latest `Pending` groups: for their reads of shared memory, so that it may be
// written again, or for all of them.
__device__ __forceinline__ void bulk_commit() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }
template <int Pending> __device__ __forceinline__ void bulk_wait_read() { asm volatile("cp.async.bulk.wait_group.read %0;" ::"n"(Pending) : "memory"); }
template <int Pending> __device__ __forceinline__ void bulk_wait() { asm volatile("cp.async.bulk.wait_group %0;" ::"n"(Pending) : "memory"); }

// cp.reduce.async.bulk: combines shared with global memory element by element, atomically each, in a bulk group.
#define CK_BULK_REDUCE(name, T, operation)                                                                                                           \
  __device__ __forceinline__ void bulk_reduce_##name(T* to, u32 from, u32 bytes) {                                                                  \
    asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group." operation " [%0], [%1], %2;" ::"l"(to), "r"(from), "r"(bytes) : "memory");     \
  }
CK_BULK_REDUCE(add, float, "add.f32")
CK_BULK_REDUCE(add, double, "add.f64")
CK_BULK_REDUCE(add, f16, "add.noftz.f16")
CK_BULK_REDUCE(add, bf16, "add.noftz.bf16")
CK_BULK_REDUCE(add, u32, "add.u32")
CK_BULK_REDUCE(add, i32, "add.s32")
CK_BULK_REDUCE(add, u64, "add.u64")
CK_BULK_REDUCE(min, f16, "min.f16")
CK_BULK_REDUCE(min, bf16, "min.bf16")
CK_BULK_REDUCE(min, u32, "min.u32")
CK_BULK_REDUCE(min, i32, "min.s32")
CK_BULK_REDUCE(min, u64, "min.u64")
CK_BULK_REDUCE(min, i64, "min.s64")
CK_BULK_REDUCE(max, f16, "max.f16")
CK_BULK_REDUCE(max, bf16, "max.bf16")
CK_BULK_REDUCE(max, u32, "max.u32")
CK_BULK_REDUCE(max, i32, "max.s32")
CK_BULK_REDUCE(max, u64, "max.u64")
CK_BULK_REDUCE(max, i64, "max.s64")
CK_BULK_REDUCE(and, u32, "and.b32")
CK_BULK_REDUCE(and, u64, "and.b64")
CK_BULK_REDUCE(or, u32, "or.b32")
CK_BULK_REDUCE(or, u64, "or.b64")
CK_BULK_REDUCE(xor, u32, "xor.b32")
CK_BULK_REDUCE(xor, u64, "xor.b64")
#undef CK_BULK_REDUCE

// The same into the shared memory of a block of the cluster, counted by that block's mbarrier.
#define CK_BULK_REDUCE_CLUSTER(name, operation)                                                                                                                          \
  __device__ __forceinline__ void bulk_reduce_##name##_cluster(u32 to, u32 from, u32 bytes, u32 barrier) {                                                              \
    asm volatile("cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes." operation " [%0], [%1], %2, [%3];" ::"r"(to), "r"(from), "r"(bytes), "r"(barrier) : "memory"); \
  }
CK_BULK_REDUCE_CLUSTER(add_u32, "add.u32")
CK_BULK_REDUCE_CLUSTER(add_i32, "add.s32")
CK_BULK_REDUCE_CLUSTER(add_u64, "add.u64")
CK_BULK_REDUCE_CLUSTER(min_u32, "min.u32")
CK_BULK_REDUCE_CLUSTER(min_i32, "min.s32")
CK_BULK_REDUCE_CLUSTER(max_u32, "max.u32")
CK_BULK_REDUCE_CLUSTER(max_i32, "max.s32")
CK_BULK_REDUCE_CLUSTER(and_b32, "and.b32")
CK_BULK_REDUCE_CLUSTER(or_b32, "or.b32")
CK_BULK_REDUCE_CLUSTER(xor_b32, "xor.b32")
#undef CK_BULK_REDUCE_CLUSTER
}  // namespace ptx
#endif
