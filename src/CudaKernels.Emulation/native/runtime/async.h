// Operations that a block's threads have issued and that are not done yet. An operation is carried out as late as the wait that
// needs it, or when nothing else can happen; or at once; which of the two, the seed chooses.
#pragma once
#include <stdint.h>

#include <deque>
#include <vector>

#include "runtime/async_abi.h"
#include "runtime/fiber.h"

namespace ckrt {
struct RunningBlock;

struct AsyncOperation {
  const char* name;
  int line;
  uint32_t thread;  // that issued it
  uint64_t pc;
  uint32_t group;     // of its stream
  uint32_t sequence;  // in its stream
  bool arrives;     // cp.async.mbarrier.arrive: an arrival after the copies of its thread
  uint32_t barrier, bytes;
  uint32_t writes = 0, reads = 0;  // numbers that the checking mode knows its accesses by
  ckrt_async_action perform;
  std::vector<uint8_t> state;
};

// What the checking mode knows the end of a group by.
struct AsyncGroup {
  uint32_t number, reads, writes;  // completions; 0 where there is nothing to complete
};

// The groups of a thread, or of a warpgroup.
struct AsyncStream {
  uint32_t committed = 0, issued = 0;
  std::deque<AsyncOperation> pending;  // oldest first
  std::deque<AsyncGroup> groups;
};

struct AsyncQueue {
  bool used = false;
  std::vector<AsyncStream> streams[3];       // by kind of group, then by owner
  std::deque<AsyncOperation> transactions;   // those that complete on an mbarrier

  void clear();
};

// Carries out one operation that completes on an mbarrier; false where there is none.
bool complete_one(RunningBlock* block);
// The thread has exited, or the last of its block: what it leaves behind is carried out, and reported where nothing waits for it.
void async_after_exit(RunningBlock* block, Fiber* fiber);
}  // namespace ckrt
