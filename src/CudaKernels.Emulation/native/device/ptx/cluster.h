// The emulated twin of common/ptx/cluster.cuh.
#pragma once
#include "device/ptx/bulk.h"

#if __CUDA_ARCH__ >= 900
namespace ptx {
__forceinline__ unsigned cluster_rank() { return ckrt::self()->block->cluster_rank; }
__forceinline__ uint3 cluster_size() { return ckrt::vector(ckrt::self()->block->cluster_size); }
__forceinline__ unsigned cluster_blocks() {
  const uint3 size = cluster_size();
  return size.x * size.y * size.z;
}
__forceinline__ uint3 cluster_block_index() {
  const uint3 size = cluster_size();
  return {blockIdx.x % size.x, blockIdx.y % size.y, blockIdx.z % size.z};
}
__forceinline__ uint3 cluster_index() {
  const uint3 size = cluster_size();
  return {blockIdx.x / size.x, blockIdx.y / size.y, blockIdx.z / size.z};
}
__forceinline__ uint3 cluster_count() {
  const uint3 size = cluster_size();
  return {gridDim.x / size.x, gridDim.y / size.y, gridDim.z / size.z};
}

__forceinline__ void cluster_arrive(CK_LINE) { ckrt_cluster_arrive(1, line); }
__forceinline__ void cluster_arrive_relaxed(CK_LINE) { ckrt_cluster_arrive(0, line); }
__forceinline__ void cluster_wait(CK_LINE) { ckrt_cluster_wait(1, line); }
__forceinline__ void cluster_sync(CK_LINE) {
  ckrt_cluster_arrive(1, line);
  ckrt_cluster_wait(1, line);
}

__forceinline__ unsigned map_shared(unsigned address, unsigned rank, CK_LINE) { return ckrt_map_shared(address, rank, line); }
__forceinline__ unsigned shared_rank(unsigned address) { return address >> 24 == 0 ? cluster_rank() : (address >> 24) - 1; }

#define CK_CLUSTER_MEMORY(T)                                                                                                                            \
  __forceinline__ void ld_cluster(T& value, unsigned address, CK_LINE) { value = *(volatile T*)ckrt_shared_pointer(address, sizeof(T), sizeof(T), line); } \
  __forceinline__ void st_cluster(unsigned address, T value, CK_LINE) { *(volatile T*)ckrt_shared_pointer(address, sizeof(T), sizeof(T), line) = value; }
CK_CLUSTER_MEMORY(u32)
CK_CLUSTER_MEMORY(i32)
CK_CLUSTER_MEMORY(u64)
CK_CLUSTER_MEMORY(float)
CK_CLUSTER_MEMORY(double)
#undef CK_CLUSTER_MEMORY
#define CK_CLUSTER_ATOMIC(name, function, T) \
  __forceinline__ T atom_##name##_cluster(unsigned address, T value, CK_LINE) { return function((T*)ckrt_shared_pointer(address, sizeof(T), sizeof(T), line), value); }
CK_CLUSTER_ATOMIC(add, atomicAdd, u32)
CK_CLUSTER_ATOMIC(add, atomicAdd, i32)
CK_CLUSTER_ATOMIC(add, atomicAdd, u64)
CK_CLUSTER_ATOMIC(add, atomicAdd, float)
CK_CLUSTER_ATOMIC(min, atomicMin, u32)
CK_CLUSTER_ATOMIC(min, atomicMin, i32)
CK_CLUSTER_ATOMIC(max, atomicMax, u32)
CK_CLUSTER_ATOMIC(max, atomicMax, i32)
CK_CLUSTER_ATOMIC(exch, atomicExch, u32)
#undef CK_CLUSTER_ATOMIC
}  // namespace ptx

namespace ckrt {
// A value on its way to another block.
struct AsyncStore {
  void* to;
  uint32_t bytes;
  u32 values[4];
};
CK_QUIET inline void store_now(void* state) {
  auto* store = (AsyncStore*)state;
  memcpy(store->to, store->values, store->bytes);
}
CK_QUIET inline void add_now(void* state) {
  auto* store = (AsyncStore*)state;
  __atomic_fetch_add((u32*)store->to, store->values[0], __ATOMIC_RELAXED);
}
__forceinline__ void issue_store(const char* name, unsigned address, const void* values, unsigned bytes, unsigned barrier, ckrt_async_action perform, unsigned flags, int line) {
  AsyncStore store{ckrt_shared_pointer(address, bytes, bytes, line), bytes, {}};
  memcpy(store.values, values, bytes);
  const ckrt_async_range range{store.to, bytes, flags};
  const ckrt_async request{name, line, 0, CKRT_TRANSACTION, 0, barrier, bytes, perform, &store, sizeof store, 1, &range};
  ckrt_async_issue(&request);
}
}  // namespace ckrt

namespace ptx {
__forceinline__ void st_async(unsigned address, u32 value, unsigned barrier, CK_LINE) { ckrt::issue_store("st.async", address, &value, 4, barrier, ckrt::store_now, 1, line); }
__forceinline__ void st_async(unsigned address, u64 value, unsigned barrier, CK_LINE) { ckrt::issue_store("st.async", address, &value, 8, barrier, ckrt::store_now, 1, line); }
__forceinline__ void st_async(unsigned address, const u32 (&values)[4], unsigned barrier, CK_LINE) { ckrt::issue_store("st.async", address, values, 16, barrier, ckrt::store_now, 1, line); }
__forceinline__ void red_async_add(unsigned address, u32 value, unsigned barrier, CK_LINE) { ckrt::issue_store("red.async", address, &value, 4, barrier, ckrt::add_now, 3, line); }
}  // namespace ptx
#endif
