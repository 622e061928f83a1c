// The asynchronous copies of <cuda_pipeline.h> by their primitives: cp.async and its groups.
#pragma once
#include "runtime/async_abi.h"

namespace ckrt {
struct PipelineCopy {
  void* to;
  const void* from;
  size_t bytes, zeros;
};
CK_QUIET inline void pipeline_copy_now(void* state) {
  auto* copy = (PipelineCopy*)state;
  memcpy(copy->to, copy->from, copy->bytes - copy->zeros);
  memset((char*)copy->to + (copy->bytes - copy->zeros), 0, copy->zeros);
}
}  // namespace ckrt

// The last `zeros` bytes of the destination are filled up.
static inline void __pipeline_memcpy_async(void* to, const void* from, size_t bytes, size_t zeros = 0, CK_LINE) {
  if (bytes != 4 && bytes != 8 && bytes != 16) ckrt_fail(CKRT_SYNC_MISUSE, line, "__pipeline_memcpy_async copies 4, 8 or 16 bytes");
  if (zeros > bytes) ckrt_fail(CKRT_SYNC_MISUSE, line, "__pipeline_memcpy_async fills up more bytes than it copies");
  if ((uintptr_t)from % bytes != 0) ckrt_fail(CKRT_MISALIGNED, line, "the source of __pipeline_memcpy_async is no multiple of the bytes that it copies");
  const ckrt::PipelineCopy copy{ckrt_shared_pointer(ckrt_shared_address(to, line), (uint32_t)bytes, (uint32_t)bytes, line), from, bytes, zeros};
  const ckrt_async_range ranges[] = {{from, (uint32_t)(bytes - zeros), 0}, {copy.to, (uint32_t)bytes, 1}};
  const ckrt_async request{"__pipeline_memcpy_async", line, 0, CKRT_COPY_GROUP, 0, 0, 0, ckrt::pipeline_copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
static inline void __pipeline_commit() { ckrt_async_commit(CKRT_COPY_GROUP); }
static inline void __pipeline_wait_prior(size_t groups, CK_LINE) { ckrt_async_wait(CKRT_COPY_GROUP, (uint32_t)groups, 0, line); }
