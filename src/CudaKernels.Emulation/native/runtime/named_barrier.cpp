// The sixteen barriers of a block with a number: bar.sync waits, bar.arrive does not. Number 0 with all threads is __syncthreads.
#include <stdio.h>

#include "runtime/block.h"

CKRT_API void ckrt_named_barrier(uint32_t number, uint32_t threads, int waits, int line) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  char text[200];
  if (number >= kNamedBarriers) {
    snprintf(text, sizeof text, "named barrier %u: a block has 16, numbered from 0", number);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  if (threads == 0 || threads % 32 != 0 || threads > (block->thread_count + 31) / 32 * 32) {
    snprintf(text, sizeof text, "named barrier %u for %u threads: the count is a multiple of 32, and at most the block's %u", number, threads, block->thread_count);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  // Number 0 is also that of __syncthreads.
  if (number == 0 && waits && threads == (block->thread_count + 31) / 32 * 32) {
    ckrt_barrier(0, 0, line);
    return;
  }
  NamedBarrier& barrier = block->named[number];
  if (barrier.arrived == 0) {
    barrier.threads = threads;
    barrier.line = line;
    barrier.waiting.clear();
    barrier.clocks.clear();
  } else if (barrier.threads != threads) {
    snprintf(text, sizeof text, "named barrier %u is used for %u threads at line %d and for %u at line %d at once", number, barrier.threads, barrier.line, threads, line);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  Checker* checker = checker_of(fiber);
  if (checker != nullptr) {
    checker->settle();
    checker->clocks.release(fiber->linear, barrier.clocks);
  }
  ++progress_of(block);
  if (waits) barrier.waiting.push_back((uint16_t)fiber->linear);
  const bool complete = ++barrier.arrived == barrier.threads;
  if (complete) {
    barrier.arrived = 0;
    for (const uint16_t thread : barrier.waiting) {
      if (checker != nullptr) checker->clocks.acquire(thread, barrier.clocks);
      make_ready(block, thread);
    }
    barrier.waiting.clear();
  }
  if (!waits) return;
  fiber->state = State::Waiting;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = "bar.sync";
  fiber->wait_pc = (uint64_t)__builtin_return_address(0) - 1;
  if (complete) fiber->state = State::Ready;
  wait_here(fiber);
}

// The registers of the warpgroup's threads: nothing here has any, but a number that a GPU refuses is a mistake.
CKRT_API void ckrt_set_registers(uint32_t count, int, int line) {
  if (count >= 24 && count <= 256 && count % 8 == 0) return;
  char text[120];
  snprintf(text, sizeof text, "setmaxnreg asks for %u registers: a multiple of 8 from 24 to 256 is possible", count);
  ckrt_fail(CKRT_SYNC_MISUSE, line, text);
}
