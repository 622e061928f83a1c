// Warp operations: every lane leaves a pointer to its argument and waits; the last lane to arrive carries the operation out for
// all of them and wakes them. One switch per lane, and lanes that have diverged may meet in different masks at once.
#include <stdio.h>
#include <string.h>

#include "runtime/block.h"

namespace ckrt {
// The operation of __syncwarp, which changes nothing but the order of memory.
static void meet(void**, uint32_t) {}

static uint32_t live_lanes(RunningBlock* block, uint32_t warp) {
  uint32_t lanes = 0;
  for (uint32_t lane = 0; lane < 32 && warp * 32 + lane < block->thread_count; ++lane) {
    if (fiber(block->worker, warp * 32 + lane)->state != State::Exited) lanes |= 1u << lane;
  }
  return lanes;
}

static void fire(RunningBlock* block, Rendezvous& meeting, uint32_t warp) {
  const uint32_t lanes = meeting.arrived;
  meeting.operation(meeting.arguments, lanes);
  if (meeting.operation == meet && block->worker->launch->checked != nullptr) block->worker->checker->clocks.warp_barrier(warp, lanes);
  meeting.arrived = 0;
  for (uint32_t rest = lanes; rest != 0; rest &= rest - 1) make_ready(block, warp * 32 + (uint32_t)__builtin_ctz(rest));
}

void rendezvous_after_exit(RunningBlock* block, Fiber* fiber) {
  const uint32_t warp = fiber->linear / 32;
  const uint32_t live = live_lanes(block, warp);
  for (Rendezvous& meeting : block->pending[warp]) {
    if (meeting.arrived != 0 && meeting.arrived == (meeting.mask & live)) fire(block, meeting, warp);
  }
}

static Rendezvous* find(RunningBlock* block, uint32_t warp, uint32_t mask) {
  Rendezvous* free = nullptr;
  for (Rendezvous& meeting : block->pending[warp]) {
    if (meeting.arrived != 0 && meeting.mask == mask) return &meeting;
    if (meeting.arrived == 0 && free == nullptr) free = &meeting;
  }
  return free;
}
}  // namespace ckrt

// Ends the block: its lanes cannot meet as they ask to.
[[noreturn]] static void refuse(ckrt::Fiber* fiber, int line, uint64_t pc, const char* text) {
  ckrt::report(fiber, CKRT_SYNC_MISUSE, line, 0, pc, "%s", text);
  ckrt::leave_block(ckrt::block_of(fiber));
}

// Carries out a warp operation; `pc` is where the kernel calls it.
static void rendezvous(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name, uint64_t pc) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint32_t warp = fiber->linear / 32, lane = fiber->linear % 32;
  if (Checker* checker = checker_of(fiber)) checker->settle();
  char text[256];
  if ((mask >> lane & 1) == 0) {
    snprintf(text, sizeof text, "%s is called by lane %u, which is not in its mask 0x%08x", name, lane, mask);
    refuse(fiber, line, pc, text);
  }
  Rendezvous* meeting = find(block, warp, mask);
  if (meeting == nullptr) {
    snprintf(text, sizeof text, "the lanes of warp %u wait in more than %d different masks", warp, kPendingPerWarp);
    refuse(fiber, line, pc, text);
  }
  if (meeting->arrived == 0) {
    meeting->mask = mask;
    meeting->operation = operation;
    meeting->name = name;
    meeting->line = line;
  } else if (meeting->operation != operation || strcmp(meeting->name, name) != 0) {
    snprintf(text, sizeof text, "lanes of one mask meet in different instructions: %s (line %d) and %s (line %d)", meeting->name, meeting->line, name, line);
    refuse(fiber, line, pc, text);
  }
  meeting->arguments[lane] = argument;
  meeting->arrived |= 1u << lane;
  fiber->state = State::AtRendezvous;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = name;
  fiber->wait_pc = pc;
  // Full warps of a block without exits need no look at the lanes.
  const bool whole = meeting->arrived == mask;
  if (whole || ((block->live != block->thread_count || block->thread_count % 32 != 0) && meeting->arrived == (mask & live_lanes(block, warp)))) fire(block, *meeting, warp);
  wait_here(fiber);
}

CKRT_API void ckrt_warp_barrier(uint32_t mask, int line) { rendezvous(mask, ckrt::meet, nullptr, line, "__syncwarp", (uint64_t)__builtin_return_address(0) - 1); }

CKRT_API void ckrt_rendezvous(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name) {
  rendezvous(mask, operation, argument, line, name, (uint64_t)__builtin_return_address(0) - 1);
}

// A lane of the warp that meets misuses the operation, which goes on all the same. Only the checking mode keeps it.
CKRT_API void ckrt_lane_misuse(uint32_t lane, int line, const char* message) {
  using namespace ckrt;
  Fiber* first = self();
  Fiber* fiber = first - first->linear % 32 + lane;
  if (Checker* checker = checker_of(fiber)) checker->misuse(fiber, line, fiber->wait_pc, message);
}

// The lanes of the calling warp that have not exited: what __activemask gives without divergence.
CKRT_API uint32_t ckrt_active_lanes() {
  ckrt::Fiber* fiber = ckrt::self();
  return ckrt::live_lanes(ckrt::block_of(fiber), fiber->linear / 32);
}
