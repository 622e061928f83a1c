// Warp operations: every lane leaves a pointer to its argument and waits; the last lane to arrive carries the operation out for
// all of them and wakes them. One switch per lane, and lanes that have diverged may meet in different masks at once.
#include <stdio.h>

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
  for (int i = 0; i < block->pending_used[warp]; ++i) {
    Rendezvous& meeting = block->pending[warp][i];
    if (meeting.arrived != 0 && meeting.arrived == (meeting.mask & live)) fire(block, meeting, warp);
  }
}

static Rendezvous* find(RunningBlock* block, uint32_t warp, uint32_t mask) {
  Rendezvous* free = nullptr;
  for (int i = 0; i < block->pending_used[warp]; ++i) {
    Rendezvous& meeting = block->pending[warp][i];
    if (meeting.arrived != 0 && meeting.mask == mask) return &meeting;
    if (meeting.arrived == 0 && free == nullptr) free = &meeting;
  }
  if (free != nullptr || block->pending_used[warp] == kPendingPerWarp) return free;
  free = &block->pending[warp][block->pending_used[warp]++];
  free->arrived = 0;
  return free;
}
}  // namespace ckrt

CKRT_API void ckrt_warp_barrier(uint32_t mask, int line) { ckrt_rendezvous(mask, ckrt::meet, nullptr, line, "__syncwarp"); }

CKRT_API void ckrt_rendezvous(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name) {
  using namespace ckrt;
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint32_t warp = fiber->linear / 32, lane = fiber->linear % 32;
  if (Checker* checker = checker_of(fiber)) checker->settle();
  char text[256];
  if ((mask >> lane & 1) == 0) {
    snprintf(text, sizeof text, "%s is called by lane %u, which is not in its mask 0x%08x", name, lane, mask);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  Rendezvous* meeting = find(block, warp, mask);
  if (meeting == nullptr) {
    snprintf(text, sizeof text, "the lanes of warp %u wait in more than %d different masks", warp, kPendingPerWarp);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  if (meeting->arrived == 0) {
    meeting->mask = mask;
    meeting->operation = operation;
    meeting->name = name;
    meeting->line = line;
  } else if (meeting->operation != operation) {
    snprintf(text, sizeof text, "lanes of one mask meet in different instructions: %s (line %d) and %s (line %d)", meeting->name, meeting->line, name, line);
    ckrt_fail(CKRT_SYNC_MISUSE, line, text);
  }
  meeting->arguments[lane] = argument;
  meeting->arrived |= 1u << lane;
  fiber->state = State::AtRendezvous;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = name;
  // Full warps of a block without exits need no look at the lanes.
  const bool whole = meeting->arrived == mask;
  if (whole || ((block->live != block->thread_count || block->thread_count % 32 != 0) && meeting->arrived == (mask & live_lanes(block, warp)))) fire(block, *meeting, warp);
  wait_here(fiber);
}
