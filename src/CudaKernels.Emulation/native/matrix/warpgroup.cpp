#include "matrix/warpgroup.h"

#include <stdio.h>

#include "runtime/block.h"

namespace ckrt {
Warpgroup& warpgroup_of(Fiber* fiber, const char* name, int line, uint64_t pc) {
  RunningBlock* block = block_of(fiber);
  const uint32_t number = fiber->linear / kWarpgroup;
  if ((number + 1) * kWarpgroup > block->thread_count) {
    report(fiber, CKRT_SYNC_MISUSE, line, 0, pc, "%s needs a warpgroup, four whole warps that begin at a multiple of four; the block has %u threads", name, block->thread_count);
    leave_block(block);
  }
  auto& group = block->warpgroups[number];
  if (group == nullptr) group = std::make_unique<Warpgroup>();
  return *group;
}

void meet_warpgroup(Fiber* fiber, WarpgroupOperation operation, const void* part, const char* name, int line, uint64_t pc) {
  RunningBlock* block = block_of(fiber);
  Warpgroup& group = warpgroup_of(fiber, name, line, pc);
  if (Checker* checker = checker_of(fiber)) checker->settle();
  if (group.arrived == 0) {
    group.operation = operation;
    group.name = name;
    group.line = line;
  } else if (group.operation != operation || group.line != line) {
    report(fiber, CKRT_SYNC_MISUSE, line, 0, pc, "threads of a warpgroup meet in different instructions: %s (line %d) and %s (line %d)", group.name, group.line, name, line);
    leave_block(block);
  }
  group.parts[fiber->linear % kWarpgroup] = part;
  fiber->state = State::AtRendezvous;
  fiber->wait_line = (uint32_t)line;
  fiber->wait_name = name;
  fiber->wait_pc = pc;
  if (++group.arrived == kWarpgroup) {
    group.arrived = 0;
    operation(fiber, group);
    const uint32_t first = fiber->linear / kWarpgroup * kWarpgroup;
    for (uint32_t i = 0; i < kWarpgroup; ++i) make_ready(block, first + i);
  }
  wait_here(fiber);
}
}  // namespace ckrt
