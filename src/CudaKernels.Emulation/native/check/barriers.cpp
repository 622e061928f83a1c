// The checking mode's view of mbarriers and of the shared memory of a cluster's other blocks.
#include <stdio.h>

#include "check/checker.h"
#include "runtime/block.h"

namespace ckrt {
void Checker::init_mbarrier(Fiber* fiber, Mbarrier& barrier, const void* word, uint64_t pc) {
  look(fiber, (uintptr_t)word, 8, kWrite, pc);
  const uint32_t thread = thread_of(fiber);
  barrier.initialized = {number_, clocks.now(thread), pc, (uint16_t)thread, 0, kWrite, 8};
}

// Other blocks and the async proxy see an mbarrier only after a fence of the thread that initialised it.
void Checker::fence_mbarriers(Fiber* fiber) {
  const uint32_t thread = thread_of(fiber);
  for (auto& [address, barrier] : block_->mbarriers) {
    if (barrier.fenced.block == 0 && barrier.initialized.thread == thread) barrier.fenced = {number_, clocks.now(thread), 0, (uint16_t)thread, 0, 0, 0};
  }
}

void Checker::use_mbarrier(Fiber* fiber, Mbarrier& barrier, bool by_async, int line, uint64_t pc) {
  settle();
  const uint32_t thread = thread_of(fiber);
  const bool remote = barrier.owner != block_;
  if (remote) {
    if (const char* wrong = touch_remote(fiber, barrier.owner, by_async, pc)) {
      find(fiber, CKRT_SYNC_MISUSE, pc, 0, "the mbarrier at 0x%x of another block is used %s", barrier.address, wrong);
      stop(fiber);
    }
  }
  const Access& start = barrier.initialized;
  if (!(start.block == number_ && start.thread == thread) && !clocks.ordered(thread, start)) {
    note_line(fiber, CKRT_SYNC_MISUSE, line, pc, "the mbarrier at 0x%x is used in no order with its mbarrier.init of line %d: a barrier is missing between them", barrier.address, barrier.init_line);
    return;
  }
  if (!by_async && !remote) return;
  const Access& fence = barrier.fenced;
  if (fence.block != 0 && ((fence.block == number_ && fence.thread == thread) || clocks.ordered(thread, fence))) return;
  note_line(fiber, CKRT_SYNC_MISUSE, line, pc, "the mbarrier at 0x%x, initialised at line %d, is used by %s: fence.mbarrier_init is missing after mbarrier.init", barrier.address, barrier.init_line,
            by_async ? "an asynchronous operation" : "another block");
}

void Checker::leave_mbarriers(Fiber* fiber) {
  for (auto& [address, barrier] : block_->mbarriers) {
    if (barrier.transactions != 0) {
      note_line(fiber, CKRT_SYNC_MISUSE, barrier.copy_line != 0 ? barrier.copy_line : barrier.init_line, barrier.copy_line != 0 ? barrier.copy_pc : barrier.initialized.pc,
                "the block ends while the mbarrier at 0x%x still expects %lld bytes in phase %llu", address, (long long)barrier.transactions, (unsigned long long)barrier.phase);
    } else if (barrier.copied > barrier.observed || barrier.completion != 0) {
      note_line(fiber, CKRT_ASYNC_WAIT, barrier.copy_line, barrier.copy_pc, "the block ends though nobody has waited for the phase of the mbarrier at 0x%x in which this copy completes", address);
    } else if (barrier.pending != barrier.expected) {
      note_line(fiber, CKRT_SYNC_MISUSE, barrier.init_line, barrier.initialized.pc, "the block ends in the middle of phase %llu of the mbarrier at 0x%x: %u of the %u arrivals of mbarrier.init have come, so its count is not what arrives",
                (unsigned long long)barrier.phase, address, barrier.expected - barrier.pending, barrier.expected);
    }
  }
}

const char* Checker::touch_remote(Fiber* fiber, RunningBlock* owner, bool by_copy, uint64_t pc) {
  const uint32_t thread = thread_of(fiber);
  if (block_->group->over[owner->member]) return "after that block has ended: barrier.cluster keeps it";
  if (!clocks.knows_block(thread, (uint32_t)grid_number(owner) + 1)) return "before anything shows that the block has started: barrier.cluster does";
  if (!by_copy) owner->worker->checker->remote_[{number_, thread}] = {number_, clocks.now(thread), pc, (uint16_t)thread, 0, 0, 0};
  return nullptr;
}

// Shared memory of another block of the cluster.
Checker::Place Checker::remote(Fiber* fiber, RunningBlock* owner, uintptr_t address, uint32_t size, uint8_t flags, uint64_t pc) {
  if (const char* wrong = touch_remote(fiber, owner, flags & kAsync, pc)) {
    find(fiber, CKRT_SYNC_MISUSE, pc, 0, "%s of another block's shared memory %s", flags & kWrite ? "write" : "read", wrong);
    stop(fiber);
  }
  Checker* checker = owner->worker->checker;
  const bool is_static = address - (uintptr_t)owner->static_shared < owner->static_shared_bytes;
  return is_static ? checker->shared(fiber, (uintptr_t)owner->static_shared, 0, owner->static_shared_bytes, address, size, flags, pc)
                   : checker->shared(fiber, (uintptr_t)owner->dynamic_shared, kStaticWindow, owner->dynamic_shared_bytes, address, size, flags, pc);
}

// A block's shared memory is gone with it: what other blocks did there has to be known to it.
void Checker::end_block(Fiber* fiber) {
  leave_mbarriers(fiber);
  for (auto& [who, access] : remote_) {
    if (clocks.ordered_for_any(access)) continue;
    ckrt_finding finding = pair(fiber, CKRT_SYNC_MISUSE, access, access, 0);
    snprintf(finding.message, sizeof finding.message, "a block ends in no order with this use of its shared memory by another block of the cluster: barrier.cluster is missing before its end");
    launch_->findings.add(finding);
  }
}
}  // namespace ckrt
