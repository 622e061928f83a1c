// An mbarrier: a phase ends when as many threads have arrived as were asked for, and as many bytes as were expected.
#pragma once
#include <stdint.h>

#include <vector>

#include "check/access.h"
#include "check/sync_clocks.h"

namespace ckrt {
struct RunningBlock;

struct MbarrierWaiter {
  RunningBlock* block;
  uint32_t thread;
  uint64_t phase;
  bool timed;  // try_wait: gives up when nothing else can happen
};

struct Mbarrier {
  RunningBlock* owner = nullptr;
  uint32_t address = 0;  // in the owner's window
  uint32_t expected = 0, pending = 0;
  int64_t transactions = 0;  // bytes still to come; negative while they come before they are expected
  uint64_t phase = 0;        // the one in progress
  uint64_t observed = 0;     // phases below it have been waited for by someone
  std::vector<MbarrierWaiter> waiters;
  int init_line = 0;

  // The checking mode's.
  Access initialized{}, fenced{};
  SyncClocks arriving, completed;  // what the arrivals of this phase, and of those before, had seen
  uint32_t completion = 0;         // the number of what copies complete in this phase; 0: none yet
  uint32_t last_completion = 0;    // the same of the phase before
  uint64_t copied = 0;             // phases below it were completed by copies
  int copy_line = 0;               // of the last of them
  uint64_t copy_pc = 0;
};
}  // namespace ckrt
