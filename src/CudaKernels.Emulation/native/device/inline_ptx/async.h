// Asynchronous copies, barriers, clusters and wgmma of inline PTX.
#pragma once
#include "matrix/wgmma_abi.h"
#include "runtime/async_abi.h"
#include "tensor/tensor_abi.h"

namespace ckrt::ptx_asm {
template <class A> __forceinline__ uint32_t shared(A address, int64_t offset = 0) { return (uint32_t)(as<uint64_t>(address) + (uint64_t)offset); }
template <class A> __forceinline__ char* global(A address, int64_t offset = 0) { return (char*)(uintptr_t)(as<uint64_t>(address) + (uint64_t)offset); }

// A copy whose destination is filled up with zeros.
struct Copy {
  void* to;
  const void* from;
  uint32_t bytes, source_bytes;
};
CK_QUIET inline void copy_now(void* state) {
  auto* copy = (Copy*)state;
  memcpy(copy->to, copy->from, copy->source_bytes);
  memset((char*)copy->to + copy->source_bytes, 0, copy->bytes - copy->source_bytes);
}
template <class S> __forceinline__ void cp_async(uint32_t to, const void* from, uint32_t bytes, S source_bytes, CK_LINE) {
  uint32_t read;
  if constexpr (std::is_same_v<S, bool>) read = source_bytes ? 0 : bytes;  // a predicate: nothing is read
  else read = as<uint32_t>(source_bytes);
  if (read > bytes) ckrt_fail(CKRT_SYNC_MISUSE, line, "cp.async reads more of its source than it copies");
  if ((uintptr_t)from % bytes != 0) ckrt_fail(CKRT_MISALIGNED, line, "the source of cp.async is no multiple of the bytes that it copies");
  const Copy copy{ckrt_shared_pointer(to, bytes, bytes, line), from, bytes, read};
  const ckrt_async_range ranges[] = {{from, read, 0}, {copy.to, bytes, 1}};
  const ckrt_async request{"cp.async", line, 0, CKRT_COPY_GROUP, 0, 0, 0, copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
__forceinline__ void cp_async_commit() { ckrt_async_commit(CKRT_COPY_GROUP); }
__forceinline__ void cp_async_wait(uint32_t pending, CK_LINE) { ckrt_async_wait(CKRT_COPY_GROUP, pending, 0, line); }
__forceinline__ void cp_async_wait_all(CK_LINE) {
  ckrt_async_commit(CKRT_COPY_GROUP);
  ckrt_async_wait(CKRT_COPY_GROUP, 0, 0, line);
}
__forceinline__ void cp_async_arrive(uint32_t barrier, CK_LINE) { ckrt_async_arrive(barrier, line); }

__forceinline__ void check_bulk(const void* global, uint32_t bytes, int line) {
  if (bytes == 0 || bytes % 16 != 0) ckrt_fail(CKRT_MISALIGNED, line, "the size of a bulk copy is no multiple of 16");
  if ((uintptr_t)global % 16 != 0) ckrt_fail(CKRT_MISALIGNED, line, "the global address of a bulk copy is no multiple of 16");
}
__forceinline__ void load_one(void* to, const void* from, uint32_t bytes, uint32_t barrier, int line) {
  const Copy copy{to, from, bytes, bytes};
  const ckrt_async_range ranges[] = {{from, bytes, 0}, {to, bytes, 1}};
  const ckrt_async request{"cp.async.bulk", line, 0, CKRT_TRANSACTION, 1, barrier, bytes, copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
template <class B> __forceinline__ void bulk_load(uint32_t to, const void* from, B size, uint32_t barrier, CK_LINE) {
  const uint32_t bytes = as<uint32_t>(size);
  check_bulk(from, bytes, line);
  load_one(ckrt_shared_pointer(to, bytes, 16, line), from, bytes, barrier, line);
}
template <class B, class M> __forceinline__ void bulk_load_multicast(uint32_t to, const void* from, B size, uint32_t barrier, M blocks, CK_LINE) {
  const uint32_t bytes = as<uint32_t>(size);
  check_bulk(from, bytes, line);
  for (uint32_t rank = 0; rank < 16; ++rank) {
    if ((as<uint32_t>(blocks) >> rank & 1) == 0) continue;
    load_one(ckrt_shared_pointer(ckrt_map_shared(to, rank, line), bytes, 16, line), from, bytes, ckrt_map_shared(barrier, rank, line), line);
  }
}
template <class B> __forceinline__ void bulk_copy(uint32_t to, uint32_t from, B size, uint32_t barrier, CK_LINE) {
  const uint32_t bytes = as<uint32_t>(size);
  check_bulk(nullptr, bytes, line);
  load_one(ckrt_shared_pointer(to, bytes, 16, line), ckrt_shared_pointer(from, bytes, 16, line), bytes, barrier, line);
}
template <class B> __forceinline__ void bulk_store(void* to, uint32_t from, B size, CK_LINE) {
  const uint32_t bytes = as<uint32_t>(size);
  check_bulk(to, bytes, line);
  const Copy copy{to, ckrt_shared_pointer(from, bytes, 16, line), bytes, bytes};
  const ckrt_async_range ranges[] = {{copy.from, bytes, 0}, {to, bytes, 1}};
  const ckrt_async request{"cp.async.bulk", line, 0, CKRT_BULK_GROUP, 1, 0, 0, copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
__forceinline__ void bulk_commit() { ckrt_async_commit(CKRT_BULK_GROUP); }
__forceinline__ void bulk_wait(uint32_t pending, int reads_only, CK_LINE) { ckrt_async_wait(CKRT_BULK_GROUP, pending, reads_only, line); }

template <class A, class R, int N> __forceinline__ ckrt_tensor_copy tensor_copy(const char* name, A map, Values<R, N> at, uint32_t shared, int line) {
  ckrt_tensor_copy copy{name, line, (const void*)(uintptr_t)as<uint64_t>(map), N, {}, shared, 0, 0, 0, {}, CKRT_NO_REDUCTION};
  for (int i = 0; i < N; ++i) copy.at[i] = as<int32_t>(at.at[i]);
  return copy;
}
template <class A, class R, int N, class M> __forceinline__ void tensor_load(uint32_t to, A map, Values<R, N> at, uint32_t barrier, M blocks, CK_LINE) {
  auto copy = tensor_copy("cp.async.bulk.tensor", map, at, to, line);
  copy.barrier = barrier;
  copy.blocks = as<uint32_t>(blocks);
  ckrt_tensor_load(&copy);
}
template <class A, class R, int N> __forceinline__ void tensor_store(A map, Values<R, N> at, uint32_t from, ckrt_reduction reduction, CK_LINE) {
  auto copy = tensor_copy("cp.async.bulk.tensor", map, at, from, line);
  copy.reduction = reduction;
  ckrt_tensor_store(&copy);
}
template <class A> __forceinline__ void prefetch_map(A map, CK_LINE) { ckrt_tensor_prefetch_map((const void*)(uintptr_t)as<uint64_t>(map), line); }

__forceinline__ void mbarrier_init(uint32_t barrier, uint32_t count, CK_LINE) { ckrt_mbarrier_init(barrier, count, line); }
__forceinline__ void mbarrier_inval(uint32_t barrier, CK_LINE) { ckrt_mbarrier_inval(barrier, line); }
__forceinline__ void mbarrier_expect(uint32_t barrier, uint32_t bytes, CK_LINE) { ckrt_mbarrier_expect(barrier, bytes, line); }
__forceinline__ uint64_t mbarrier_arrive(uint32_t barrier, uint32_t count, uint32_t bytes, int releases, int may_complete, CK_LINE) {
  return ckrt_mbarrier_arrive(barrier, count, bytes, releases, may_complete, line);
}
template <class P> __forceinline__ bool mbarrier_wait(uint32_t barrier, P phase, int by_parity, int patience, int acquires, CK_LINE) {
  return ckrt_mbarrier_wait(barrier, as<uint64_t>(phase), by_parity, patience, acquires, line) != 0;
}

__forceinline__ void block_barrier(CK_LINE) { ckrt_barrier(0, 0, line); }
__forceinline__ void named_barrier(uint32_t number, uint32_t threads, int waits, CK_LINE) {
  const dim3 size = ckrt::block_size();
  const uint32_t all = size.x * size.y * size.z;
  if (number == 0 && (threads == 0 || threads == all) && waits) ckrt_barrier(0, 0, line);
  else ckrt_named_barrier(number, threads == 0 ? (all + 31) / 32 * 32 : threads, waits, line);
}
__forceinline__ void warp_barrier(uint32_t members, CK_LINE) { ckrt_warp_barrier(members, line); }
__forceinline__ void cluster_arrive(int releases, CK_LINE) { ckrt_cluster_arrive(releases, line); }
__forceinline__ void cluster_wait(int acquires, CK_LINE) { ckrt_cluster_wait(acquires, line); }
template <class A> __forceinline__ uint32_t mapa(A address, uint32_t rank, CK_LINE) { return ckrt_map_shared((uint32_t)as<uint64_t>(address), rank, line); }
template <class A> __forceinline__ uint64_t mapa_generic(A pointer, uint32_t rank, CK_LINE) {
  return (uint64_t)(uintptr_t)ckrt_map_pointer((const void*)(uintptr_t)as<uint64_t>(pointer), rank, line);
}
inline uint32_t cluster_rank() { return ckrt::this_block()->cluster_rank; }
inline uint3 cluster_size() { return ckrt::vector(ckrt::this_block()->cluster_size); }
inline uint32_t cluster_blocks() {
  const uint3 size = cluster_size();
  return size.x * size.y * size.z;
}

__forceinline__ void wgmma_fence(CK_LINE) { ckrt_wgmma_fence(line); }
__forceinline__ void wgmma_commit(CK_LINE) { ckrt_wgmma_commit(line); }
__forceinline__ void wgmma_wait(uint32_t pending, CK_LINE) { ckrt_wgmma_wait(pending, line); }
// The registers stay where the kernel has them, since the product writes them later.
template <class R, int N> __forceinline__ void* one_array(Targets<R, N> d, int line) {
  for (int i = 1; i < N; ++i) {
    if (d.at[i] != d.at[0] + i) ckrt_fail(CKRT_LIMIT, line, "the registers of wgmma in inline PTX must be one array in its order here");
  }
  return (void*)d.at[0];
}
template <class R, int N, class A, class B> __forceinline__ void wgmma(ckrt_wgmma form, Targets<R, N> d, Targets<A, 4> a, B b, CK_LINE) {
  form.line = line;
  form.d = one_array(d, line);
  form.registers = (const uint32_t*)one_array(a, line);
  form.b = as<uint64_t>(b);
  ckrt_wgmma_issue(&form);
}
template <class R, int N, class B> __forceinline__ void wgmma(ckrt_wgmma form, Targets<R, N> d, Values<uint64_t, 1> a, B b, CK_LINE) {
  form.line = line;
  form.d = one_array(d, line);
  form.a = a.at[0];
  form.b = as<uint64_t>(b);
  ckrt_wgmma_issue(&form);
}
}  // namespace ckrt::ptx_asm
