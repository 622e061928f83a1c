// Clusters: blocks that run together and reach each other's shared memory, sm_90 and above. A block's shared memory may be touched
// by others once a barrier of the cluster shows that it has started, and until one that it waits for before it ends.
#pragma once
#include "common/numeric.cuh"
#include "common/ptx/address.cuh"

#if defined(CK_EMU)
#include "device/ptx/cluster.h"
#elif defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
namespace ptx {
// %cluster_ctarank, %cluster_nctarank: the block's number in its cluster, and how many there are.
__device__ __forceinline__ u32 cluster_rank() {
  u32 rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}
__device__ __forceinline__ u32 cluster_blocks() {
  u32 blocks;
  asm volatile("mov.u32 %0, %%cluster_nctarank;" : "=r"(blocks));
  return blocks;
}
#define CK_CLUSTER_INDEX(name, which)                                    \
  __device__ __forceinline__ uint3 name() {                              \
    uint3 index;                                                         \
    asm volatile("mov.u32 %0, %%" which ".x;" : "=r"(index.x));          \
    asm volatile("mov.u32 %0, %%" which ".y;" : "=r"(index.y));          \
    asm volatile("mov.u32 %0, %%" which ".z;" : "=r"(index.z));          \
    return index;                                                        \
  }
// %cluster_ctaid, %cluster_nctaid: the block's place in its cluster, and the cluster's size. %clusterid, %nclusterid: the cluster's
// place in the grid, and how many there are.
CK_CLUSTER_INDEX(cluster_block_index, "cluster_ctaid")
CK_CLUSTER_INDEX(cluster_size, "cluster_nctaid")
CK_CLUSTER_INDEX(cluster_index, "clusterid")
CK_CLUSTER_INDEX(cluster_count, "nclusterid")
#undef CK_CLUSTER_INDEX

// barrier.cluster: every thread of the cluster arrives and then waits, in turns. The relaxed form orders no memory.
__device__ __forceinline__ void cluster_arrive() { asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory"); }
__device__ __forceinline__ void cluster_arrive_relaxed() { asm volatile("barrier.cluster.arrive.relaxed.aligned;" ::: "memory"); }
__device__ __forceinline__ void cluster_wait() { asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory"); }
__device__ __forceinline__ void cluster_sync() {
  cluster_arrive();
  cluster_wait();
}

// mapa: the address of the same place in another block of the cluster.
__device__ __forceinline__ u32 map_shared(u32 address, u32 rank) {
  u32 mapped;
  asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(mapped) : "r"(address), "r"(rank));
  return mapped;
}
// getctarank: whose an address is.
__device__ __forceinline__ u32 shared_rank(u32 address) {
  u32 rank;
  asm volatile("getctarank.shared::cluster.u32 %0, %1;" : "=r"(rank) : "r"(address));
  return rank;
}

// ld.shared::cluster, st.shared::cluster, and atomics that are relaxed in the cluster.
#define CK_CLUSTER_MEMORY(T, suffix, register)                                                                                      \
  __device__ __forceinline__ void ld_cluster(T& value, u32 address) {                                                               \
    asm volatile("ld.shared::cluster." suffix " %0, [%1];" : "=" register(value) : "r"(address) : "memory");                         \
  }                                                                                                                                 \
  __device__ __forceinline__ void st_cluster(u32 address, T value) {                                                                \
    asm volatile("st.shared::cluster." suffix " [%0], %1;" ::"r"(address), register(value) : "memory");                              \
  }
CK_CLUSTER_MEMORY(u32, "u32", "r")
CK_CLUSTER_MEMORY(i32, "s32", "r")
CK_CLUSTER_MEMORY(u64, "u64", "l")
CK_CLUSTER_MEMORY(float, "f32", "f")
CK_CLUSTER_MEMORY(double, "f64", "d")
#undef CK_CLUSTER_MEMORY
#define CK_CLUSTER_ATOMIC(name, T, operation, register)                                                                                              \
  __device__ __forceinline__ T atom_##name##_cluster(u32 address, T value) {                                                                        \
    T before;                                                                                                                                       \
    asm volatile("atom.relaxed.cluster.shared::cluster." operation " %0, [%1], %2;" : "=" register(before) : "r"(address), register(value) : "memory"); \
    return before;                                                                                                                                  \
  }
CK_CLUSTER_ATOMIC(add, u32, "add.u32", "r")
CK_CLUSTER_ATOMIC(add, i32, "add.s32", "r")
CK_CLUSTER_ATOMIC(add, u64, "add.u64", "l")
CK_CLUSTER_ATOMIC(add, float, "add.f32", "f")
CK_CLUSTER_ATOMIC(min, u32, "min.u32", "r")
CK_CLUSTER_ATOMIC(min, i32, "min.s32", "r")
CK_CLUSTER_ATOMIC(max, u32, "max.u32", "r")
CK_CLUSTER_ATOMIC(max, i32, "max.s32", "r")
CK_CLUSTER_ATOMIC(exch, u32, "exch.b32", "r")
#undef CK_CLUSTER_ATOMIC

// st.async: a store to a block of the cluster that completes its bytes on that block's mbarrier. red.async: an addition likewise.
__device__ __forceinline__ void st_async(u32 address, u32 value, u32 barrier) {
  asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [%0], %1, [%2];" ::"r"(address), "r"(value), "r"(barrier) : "memory");
}
__device__ __forceinline__ void st_async(u32 address, u64 value, u32 barrier) {
  asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b64 [%0], %1, [%2];" ::"r"(address), "l"(value), "r"(barrier) : "memory");
}
__device__ __forceinline__ void st_async(u32 address, const u32 (&values)[4], u32 barrier) {
  asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [%0], {%1, %2, %3, %4}, [%5];" ::"r"(address), "r"(values[0]), "r"(values[1]), "r"(values[2]), "r"(values[3]), "r"(barrier)
               : "memory");
}
__device__ __forceinline__ void red_async_add(u32 address, u32 value, u32 barrier) {
  asm volatile("red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::bytes.add.u32 [%0], %1, [%2];" ::"r"(address), "r"(value), "r"(barrier) : "memory");
}
}  // namespace ptx
#endif
