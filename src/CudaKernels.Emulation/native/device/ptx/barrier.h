// The emulated twin of common/ptx/barrier.cuh.
#pragma once
#include "runtime/async_abi.h"

namespace ptx {
__forceinline__ void barrier_sync(unsigned number, unsigned threads, CK_LINE) { ckrt_named_barrier(number, threads, 1, line); }
__forceinline__ void barrier_arrive(unsigned number, unsigned threads, CK_LINE) { ckrt_named_barrier(number, threads, 0, line); }
}  // namespace ptx
