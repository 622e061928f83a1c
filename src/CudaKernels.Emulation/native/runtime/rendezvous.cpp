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

// What an .aligned instruction of the whole warp does with fewer lanes is undefined.
[[noreturn]] static void lanes_missing(Fiber* fiber, uint32_t lanes, const char* name) {
  report(fiber, CKRT_SYNC_MISUSE, (int)fiber->wait_line, 0, fiber->wait_pc, "%s needs all 32 lanes of its warp; %d of them have ended or never were", name, 32 - __builtin_popcount(lanes));
  leave_block(block_of(fiber));
}

static void fire(RunningBlock* block, Rendezvous& meeting, uint32_t warp) {
  const uint32_t lanes = meeting.arrived;
  if (meeting.whole_warp && lanes != ~0u) lanes_missing(fiber(block->worker, warp * 32 + (uint32_t)__builtin_ctz(lanes)), lanes, meeting.name);
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

[[noreturn]] static void misuse(Fiber* fiber, const Fiber* other, int line, uint64_t pc, const char* text) {
  RunningBlock* block = block_of(fiber);
  if (CheckedLaunch* checked = block->worker->launch->checked.get()) {
    ckrt_finding finding;
    fill_finding(fiber, finding, CKRT_SYNC_MISUSE);
    finding.line = line;
    finding.pc = pc;
    if (other != nullptr) {
      finding.has_other = 1;
      finding.other_pc = other->wait_pc;
      memcpy(finding.other_thread, &other->thread, sizeof finding.other_thread);
      memcpy(finding.other_block, finding.block, sizeof finding.other_block);
    }
    snprintf(finding.message, sizeof finding.message, "%s", text);
    checked->findings.add(finding);
  }
  break_launch(fiber, CKRT_SYNC_MISUSE, line, 0, pc, text);
  leave_block(block);
}

static void arrive(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name, bool whole_warp, uint64_t pc) {
  Fiber* fiber = self();
  RunningBlock* block = block_of(fiber);
  const uint32_t warp = fiber->linear / 32, lane = fiber->linear % 32;
  if (Checker* checker = checker_of(fiber)) checker->settle();
  char text[256];
  if ((mask >> lane & 1) == 0) {
    snprintf(text, sizeof text, "%s is called by lane %u, which is not in its mask 0x%08x", name, lane, mask);
    misuse(fiber, nullptr, line, pc, text);
  }
  Rendezvous* meeting = find(block, warp, mask);
  if (meeting == nullptr) {
    snprintf(text, sizeof text, "the lanes of warp %u wait in more than %d different masks", warp, kPendingPerWarp);
    misuse(fiber, nullptr, line, pc, text);
  }
  if (meeting->arrived == 0) {
    meeting->mask = mask;
    meeting->operation = operation;
    meeting->name = name;
    meeting->line = line;
    meeting->whole_warp = whole_warp;
  } else if (meeting->operation != operation || strcmp(meeting->name, name) != 0 || (whole_warp && meeting->line != line)) {
    // The same instruction at two places of the code is no better when it is one for the whole warp.
    const Fiber* first = ckrt::fiber(block->worker, warp * 32 + (uint32_t)__builtin_ctz(meeting->arrived));
    const char* what = meeting->line == line || !whole_warp || meeting->operation != operation ? "lanes of one mask meet in different instructions" : "the lanes of a warp have diverged, and meet in an instruction of the whole warp";
    snprintf(text, sizeof text, "%s: %s (line %d) and %s (line %d)", what, meeting->name, meeting->line, name, line);
    misuse(fiber, first, line, pc, text);
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
}  // namespace ckrt

CKRT_API void ckrt_warp_barrier(uint32_t mask, int line) { ckrt::arrive(mask, ckrt::meet, nullptr, line, "__syncwarp", false, (uint64_t)__builtin_return_address(0) - 1); }

CKRT_API void ckrt_rendezvous(uint32_t mask, ckrt_warp_operation operation, void* argument, int line, const char* name) {
  ckrt::arrive(mask, operation, argument, line, name, false, (uint64_t)__builtin_return_address(0) - 1);
}

CKRT_API void ckrt_warp_instruction(ckrt_warp_operation operation, void* argument, int line, const char* name) {
  ckrt::arrive(~0u, operation, argument, line, name, true, (uint64_t)__builtin_return_address(0) - 1);
}

// The hardware promises no more than the same lane for the same mask, so a seed chooses it.
CKRT_API uint32_t ckrt_elected_lane(uint32_t mask) {
  const uint64_t seed = ckrt::block_of(ckrt::self())->worker->launch->config->seed;
  auto skipped = seed == 0 ? 0 : (uint32_t)((seed ^ mask) * 0x9E3779B97F4A7C15ull >> 40) % (uint32_t)__builtin_popcount(mask);
  for (; skipped != 0; --skipped) mask &= mask - 1;
  return (uint32_t)__builtin_ctz(mask);
}

// A lane of the warp that meets misuses the operation, which goes on all the same. Only the checking mode keeps it.
CKRT_API void ckrt_lane_misuse(uint32_t lane, int line, const char* message) {
  using namespace ckrt;
  Fiber* first = self();
  Fiber* fiber = first - first->linear % 32 + lane;
  if (Checker* checker = checker_of(fiber)) checker->misuse(fiber, line, fiber->wait_pc, message);
}
