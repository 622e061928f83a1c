// What the device headers ask of the runtime for asynchronous operations, barriers in shared memory and clusters. Shared addresses
// are those of common/ptx/address.cuh, or of another block of the cluster after mapa.
#pragma once
#include "runtime/abi.h"

// Bytes that an asynchronous operation reads or writes, by generic address.
struct ckrt_async_range {
  const void* address;
  uint32_t bytes;
  uint32_t flags;  // 1 written, 2 atomically: a reduction
};

enum ckrt_completion {
  CKRT_COPY_GROUP = 0,   // of the thread's cp.async groups
  CKRT_BULK_GROUP = 1,   // of the thread's bulk groups
  CKRT_MMA_GROUP = 2,    // of the warpgroup's wgmma groups
  CKRT_TRANSACTION = 3,  // bytes on an mbarrier
};

// Carries an operation out. It runs on the stack of any thread, late or at once: all that it needs is in its state.
typedef void (*ckrt_async_action)(void* state);

struct ckrt_async {
  const char* name;  // the instruction, for reports
  int line;
  uint64_t pc;  // of the kernel's code; 0: the caller's
  uint32_t completion;
  uint32_t async_proxy;  // cp.async is performed in the generic proxy, bulk copies and wgmma in the async proxy
  uint32_t barrier;      // shared address of the mbarrier, and the bytes that are completed there
  uint32_t bytes;
  ckrt_async_action perform;
  const void* state;  // copied
  uint32_t state_bytes;
  uint32_t range_count;
  const ckrt_async_range* ranges;  // looked at by the checking mode; what is written in shared memory is poison until then
};

CKRT_API void ckrt_async_issue(const ckrt_async* operation);
CKRT_API void ckrt_async_commit(int completion);
// Completes all but the latest groups; of bulk groups, on request, only what they read.
CKRT_API void ckrt_async_wait(int completion, uint32_t pending, int reads_only, int line);
CKRT_API void ckrt_async_arrive(uint32_t barrier, int line);  // cp.async.mbarrier.arrive.noinc
CKRT_API void ckrt_proxy_fence(void);
CKRT_API void ckrt_mbarrier_init_fence(void);

CKRT_API void ckrt_mbarrier_init(uint32_t barrier, uint32_t count, int line);
CKRT_API void ckrt_mbarrier_inval(uint32_t barrier, int line);
// Expects bytes and arrives; returns the state for a wait on this phase. `releases` is false for the relaxed forms.
CKRT_API uint64_t ckrt_mbarrier_arrive(uint32_t barrier, uint32_t count, uint32_t bytes, int releases, int may_complete, int line);
CKRT_API void ckrt_mbarrier_expect(uint32_t barrier, uint32_t bytes, int line);
CKRT_API void ckrt_mbarrier_complete(uint32_t barrier, uint32_t bytes, int line);
// 0: tests once; 1: may let others run first; 2: until the phase is over. By parity, or by the state of an arrival.
CKRT_API int ckrt_mbarrier_wait(uint32_t barrier, uint64_t phase, int by_parity, int patience, int acquires, int line);

CKRT_API void ckrt_named_barrier(uint32_t number, uint32_t threads, int waits, int line);
CKRT_API void ckrt_set_registers(uint32_t count, int increases, int line);

// In clusters.
CKRT_API void ckrt_cluster_arrive(int releases, int line);
CKRT_API void ckrt_cluster_wait(int acquires, int line);
CKRT_API uint32_t ckrt_map_shared(uint32_t address, uint32_t rank, int line);
CKRT_API void* ckrt_map_pointer(const void* pointer, uint32_t rank, int line);
CKRT_API uint32_t ckrt_pointer_rank(const void* pointer, int line);
