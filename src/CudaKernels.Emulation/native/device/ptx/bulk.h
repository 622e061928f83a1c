// The emulated twin of common/ptx/bulk.cuh.
#pragma once
#include "device/ptx/bulk_reduction.h"
#include "device/ptx/cp_async.h"

#if __CUDA_ARCH__ >= 900
namespace ckrt {
__forceinline__ void check_bulk(const void* global, unsigned bytes, int line) {
  if (bytes == 0 || bytes % 16 != 0) ckrt_fail(CKRT_MISALIGNED, line, "the size of a bulk copy is no multiple of 16");
  if ((uintptr_t)global % 16 != 0) ckrt_fail(CKRT_MISALIGNED, line, "the global address of a bulk copy is no multiple of 16");
}

// Into the shared memory of any block of the cluster, counted by an mbarrier there.
__forceinline__ void issue_load(void* to, const void* from, unsigned bytes, unsigned barrier, int line) {
  const AsyncCopy copy{to, from, bytes, bytes};
  const ckrt_async_range ranges[] = {{from, bytes, 0}, {to, bytes, 1}};
  const ckrt_async request{"cp.async.bulk", line, 0, CKRT_TRANSACTION, 1, barrier, bytes, copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
}  // namespace ckrt

namespace ptx {
__forceinline__ void bulk_load(unsigned to, const void* from, unsigned bytes, unsigned barrier, CK_CALLER) {
  ckrt::check_bulk(from, bytes, caller.number);
  ckrt::issue_load(ckrt_shared_pointer(to, bytes, 16, caller.number), from, bytes, barrier, caller.number);
}
__forceinline__ void bulk_load(unsigned to, const void* from, unsigned bytes, unsigned barrier, unsigned long long, CK_CALLER) { bulk_load(to, from, bytes, barrier, caller); }
__forceinline__ void bulk_load_multicast(unsigned to, const void* from, unsigned bytes, unsigned barrier, unsigned short blocks, CK_LINE) {
  ckrt::check_bulk(from, bytes, line);
  for (unsigned rank = 0; rank < 16; ++rank) {
    if ((blocks >> rank & 1) == 0) continue;
    ckrt::issue_load(ckrt_shared_pointer(ckrt_map_shared(to, rank, line), bytes, 16, line), from, bytes, ckrt_map_shared(barrier, rank, line), line);
  }
}
__forceinline__ void bulk_copy_cluster(unsigned to, unsigned from, unsigned bytes, unsigned barrier, CK_LINE) {
  ckrt::check_bulk(nullptr, bytes, line);
  ckrt::issue_load(ckrt_shared_pointer(to, bytes, 16, line), ckrt_shared_pointer(from, bytes, 16, line), bytes, barrier, line);
}
__forceinline__ void bulk_store(void* to, unsigned from, unsigned bytes, CK_CALLER) {
  ckrt::check_bulk(to, bytes, caller.number);
  const ckrt::AsyncCopy copy{to, ckrt_shared_pointer(from, bytes, 16, caller.number), bytes, bytes};
  const ckrt_async_range ranges[] = {{copy.from, bytes, 0}, {to, bytes, 1}};
  const ckrt_async request{"cp.async.bulk", caller.number, 0, CKRT_BULK_GROUP, 1, 0, 0, ckrt::copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
__forceinline__ void bulk_store(void* to, unsigned from, unsigned bytes, unsigned long long, CK_CALLER) { bulk_store(to, from, bytes, caller); }
__forceinline__ void bulk_prefetch(const void* from, unsigned bytes, CK_LINE) { ckrt::check_bulk(from, bytes, line); }
__forceinline__ void bulk_commit() { ckrt_async_commit(CKRT_BULK_GROUP); }
template <int Pending> __forceinline__ void bulk_wait_read(CK_LINE) { ckrt_async_wait(CKRT_BULK_GROUP, Pending, 1, line); }
template <int Pending> __forceinline__ void bulk_wait(CK_LINE) { ckrt_async_wait(CKRT_BULK_GROUP, Pending, 0, line); }

#define CK_BULK_REDUCE(name, T)                                                                                                       \
  __forceinline__ void bulk_reduce_##name(T* to, unsigned from, unsigned bytes, CK_LINE) {                                            \
    ckrt::check_bulk(to, bytes, line);                                                                                                \
    const ckrt::AsyncCopy copy{to, ckrt_shared_pointer(from, bytes, 16, line), bytes, bytes};                                         \
    const ckrt_async_range ranges[] = {{copy.from, bytes, 0}, {to, bytes, 3}};                                                        \
    const ckrt_async request{"cp.reduce.async.bulk", line, 0, CKRT_BULK_GROUP, 1, 0, 0, ckrt::reduce_now<ckrt::Bulk_##name, T>, &copy, sizeof copy, 2, ranges}; \
    ckrt_async_issue(&request);                                                                                                       \
  }
CK_BULK_REDUCE(add, float)
CK_BULK_REDUCE(add, double)
CK_BULK_REDUCE(add, f16)
CK_BULK_REDUCE(add, bf16)
CK_BULK_REDUCE(add, u32)
CK_BULK_REDUCE(add, i32)
CK_BULK_REDUCE(add, u64)
CK_BULK_REDUCE(min, f16)
CK_BULK_REDUCE(min, bf16)
CK_BULK_REDUCE(min, u32)
CK_BULK_REDUCE(min, i32)
CK_BULK_REDUCE(min, u64)
CK_BULK_REDUCE(min, i64)
CK_BULK_REDUCE(max, f16)
CK_BULK_REDUCE(max, bf16)
CK_BULK_REDUCE(max, u32)
CK_BULK_REDUCE(max, i32)
CK_BULK_REDUCE(max, u64)
CK_BULK_REDUCE(max, i64)
CK_BULK_REDUCE(and, u32)
CK_BULK_REDUCE(and, u64)
CK_BULK_REDUCE(or, u32)
CK_BULK_REDUCE(or, u64)
CK_BULK_REDUCE(xor, u32)
CK_BULK_REDUCE(xor, u64)
#undef CK_BULK_REDUCE

#define CK_BULK_REDUCE_CLUSTER(name, operation, T)                                                                                    \
  __forceinline__ void bulk_reduce_##name##_cluster(unsigned to, unsigned from, unsigned bytes, unsigned barrier, CK_LINE) {          \
    ckrt::check_bulk(nullptr, bytes, line);                                                                                           \
    const ckrt::AsyncCopy copy{ckrt_shared_pointer(to, bytes, 16, line), ckrt_shared_pointer(from, bytes, 16, line), bytes, bytes};   \
    const ckrt_async_range ranges[] = {{copy.from, bytes, 0}, {copy.to, bytes, 3}};                                                   \
    const ckrt_async request{"cp.reduce.async.bulk", line, 0, CKRT_TRANSACTION, 1, barrier, bytes, ckrt::reduce_now<ckrt::Bulk_##operation, T>, &copy, sizeof copy, 2, ranges}; \
    ckrt_async_issue(&request);                                                                                                       \
  }
CK_BULK_REDUCE_CLUSTER(add_u32, add, u32)
CK_BULK_REDUCE_CLUSTER(add_i32, add, i32)
CK_BULK_REDUCE_CLUSTER(add_u64, add, u64)
CK_BULK_REDUCE_CLUSTER(min_u32, min, u32)
CK_BULK_REDUCE_CLUSTER(min_i32, min, i32)
CK_BULK_REDUCE_CLUSTER(max_u32, max, u32)
CK_BULK_REDUCE_CLUSTER(max_i32, max, i32)
CK_BULK_REDUCE_CLUSTER(and_b32, and, u32)
CK_BULK_REDUCE_CLUSTER(or_b32, or, u32)
CK_BULK_REDUCE_CLUSTER(xor_b32, xor, u32)
#undef CK_BULK_REDUCE_CLUSTER
}  // namespace ptx
#endif
