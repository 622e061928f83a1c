// The emulated twin of common/ptx/cp_async.cuh.
#pragma once
#include "device/ptx/line.h"
#include "runtime/async_abi.h"

namespace ckrt {
// A copy whose destination is filled up with zeros.
struct AsyncCopy {
  void* to;
  const void* from;
  uint32_t bytes, source_bytes;
};

CK_QUIET inline void copy_now(void* state) {
  auto* copy = (AsyncCopy*)state;
  memcpy(copy->to, copy->from, copy->source_bytes);
  memset((char*)copy->to + copy->source_bytes, 0, copy->bytes - copy->source_bytes);
}

__forceinline__ void issue_copy(const char* name, uint32_t to, const void* from, uint32_t bytes, uint32_t source_bytes, int line) {
  if (source_bytes > bytes) ckrt_fail(CKRT_SYNC_MISUSE, line, "cp.async reads more of its source than it copies");
  if ((uintptr_t)from % bytes != 0) ckrt_fail(CKRT_MISALIGNED, line, "the source of cp.async is no multiple of the bytes that it copies");
  const AsyncCopy copy{ckrt_shared_pointer(to, bytes, bytes, line), from, bytes, source_bytes};
  const ckrt_async_range ranges[] = {{from, source_bytes, 0}, {copy.to, bytes, 1}};
  const ckrt_async request{name, line, 0, CKRT_COPY_GROUP, 0, 0, 0, copy_now, &copy, sizeof copy, 2, ranges};
  ckrt_async_issue(&request);
}
}  // namespace ckrt

#if __CUDA_ARCH__ >= 800
namespace ptx {
template <int Bytes> __forceinline__ void cp_async_ca(unsigned to, const void* from, unsigned source_bytes, CK_LINE) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16, "cp.async.ca copies 4, 8 or 16 bytes");
  ckrt::issue_copy("cp.async", to, from, Bytes, source_bytes, line);
}
template <int Bytes> __forceinline__ void cp_async_ca(unsigned to, const void* from, CK_CALLER) {
  static_assert(Bytes == 4 || Bytes == 8 || Bytes == 16, "cp.async.ca copies 4, 8 or 16 bytes");
  ckrt::issue_copy("cp.async", to, from, Bytes, Bytes, caller.number);
}
__forceinline__ void cp_async_cg(unsigned to, const void* from, unsigned source_bytes, CK_LINE) { ckrt::issue_copy("cp.async", to, from, 16, source_bytes, line); }
__forceinline__ void cp_async_cg(unsigned to, const void* from, CK_CALLER) { ckrt::issue_copy("cp.async", to, from, 16, 16, caller.number); }
__forceinline__ void cp_async_commit() { ckrt_async_commit(CKRT_COPY_GROUP); }
template <int Pending> __forceinline__ void cp_async_wait(CK_LINE) { ckrt_async_wait(CKRT_COPY_GROUP, Pending, 0, line); }
__forceinline__ void cp_async_wait_all(CK_LINE) {
  ckrt_async_commit(CKRT_COPY_GROUP);
  ckrt_async_wait(CKRT_COPY_GROUP, 0, 0, line);
}
__forceinline__ void cp_async_arrive_noinc(unsigned barrier, CK_LINE) { ckrt_async_arrive(barrier, line); }
}  // namespace ptx
#endif
